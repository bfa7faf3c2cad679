//! Videos that listings refer to.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{IfMatch, Judged, MaybeSignedIn, Page, SignedIn};
use super::files::told;
use super::problem::{Answer, ProblemBody};
use super::revisions::RevisionView;
use crate::domain::drafts::TextPair;
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::ids::ListingId;
use crate::domain::listing::Bilingual;
use crate::domain::shapes::TitleText;
use crate::domain::text::Line;
use crate::domain::video::{MAX_VIDEOS, Video, VideoAddress, VideoSite};
use crate::service::screening::words_of_videos;
use crate::service::{App, Error, videos};

/// A video as it is sent.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VideoDraft {
    /// Its address on YouTube or Vimeo, as a browser shows it.
    #[schema(max_length = 300, example = "https://youtu.be/dQw4w9WgXcQ")]
    pub url: String,
    /// What it shows.
    #[schema(value_type = TitleText)]
    pub title: TextPair,
}

/// All videos of a listing, as they are sent.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VideoList {
    /// In their order.
    #[schema(
        max_items = 10,
        example = json!([{"url": "https://youtu.be/dQw4w9WgXcQ", "title": {"vi": "Máy sấy chạy thử"}}]),
    )]
    pub videos: Vec<VideoDraft>,
}

/// A video of a listing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VideoView {
    /// The site that shows it.
    #[schema(value_type = VideoSite, example = "youtube")]
    pub site: &'static str,
    /// The address at which people see it, as the exchange writes it.
    #[schema(max_length = 300, example = "https://www.youtube.com/watch?v=dQw4w9WgXcQ")]
    pub url: String,
    /// The address for a frame within a page.
    #[schema(max_length = 300, example = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ")]
    pub frame_url: String,
    /// What it shows.
    #[schema(value_type = TitleText)]
    pub title: TextPair,
}

impl VideoView {
    /// As everybody who sees it is told.
    pub fn of(video: &Video) -> Self {
        Self {
            site: video.address.site.as_str(),
            url: video.address.page(),
            frame_url: video.address.frame(),
            title: TextPair {
                vi: video.title.vi.to_string(),
                en: video.title.en.as_ref().map(ToString::to_string),
            },
        }
    }
}

impl VideoList {
    fn parse(&self) -> Result<Vec<Video>, Error> {
        let mut errors = FieldErrors::default();
        if self.videos.len() > MAX_VIDEOS {
            errors.add("/videos", Violation::TooMany { max: MAX_VIDEOS });
        }
        let mut videos: Vec<Video> = Vec::new();
        for (index, draft) in self.videos.iter().take(MAX_VIDEOS).enumerate() {
            let place = format!("/videos/{index}");
            let address = errors.keep(format!("{place}/url"), VideoAddress::parse(&draft.url));
            let vi = errors.keep(format!("{place}/title/vi"), Line::parse(&draft.title.vi));
            let en = errors.keep_opt(format!("{place}/title/en"), draft.title.en.as_deref(), Line::parse);
            let (Some(address), Some(vi)) = (address, vi) else {
                continue;
            };
            if videos.iter().any(|known| known.address == address) {
                errors.add(format!("{place}/url"), Violation::Duplicate);
            }
            videos.push(Video {
                address,
                title: Bilingual { vi, en },
            });
        }
        errors.finish(Some(videos)).map_err(Error::fields)
    }
}

fn page(videos: &[Video]) -> HttpResponse {
    let items: Vec<VideoView> = videos.iter().map(VideoView::of).collect();
    let limit = u32::try_from(MAX_VIDEOS).unwrap_or(u32::MAX);
    HttpResponse::Ok().json(Page::new(items, limit, None))
}

/// The videos of a listing (video giới thiệu), in their order.
#[utoipa::path(
    get, path = "/listings/{id}/videos", operation_id = "list_videos", tag = "files",
    params(("id" = Uuid, Path, description = "Identifier of the listing")), security((), ("bearer" = [])),
    responses(
        (status = 200, description = "All of them", body = Page<VideoView>),
        (status = 451, description = "`listing_taken_down`: at an authority's request, which `blocked` names; `Link` has `rel=\"blocked-by\"`", body = ProblemBody),
    )
)]
pub async fn list_videos(app: web::Data<App>, MaybeSignedIn(caller): MaybeSignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ListingId(id.into_inner());
    let found = app.read(move |conn, now| videos::list(conn, &caller, id, now)).await?;
    Ok(page(&found))
}

/// Say which videos a listing refers to (gắn video).
///
/// These instead of those that it has, at most ten, on YouTube or Vimeo. Only the site and the video's own code are kept of an
/// address; nothing is fetched from it. The listing must be one that can be edited; of a published one its revision is given them.
#[utoipa::path(
    put, path = "/listings/{id}/videos", operation_id = "replace_videos", tag = "files", security(("bearer" = [])),
    request_body = VideoList, params(("id" = Uuid, Path, description = "Identifier of the listing"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this: of the open revision of a published listing if there is one, else of the listing")),
    responses(
        (status = 200, description = "All of them", body = Page<VideoView>),
        (status = 202, description = "The listing is published and stays as it is; its open revision is told, which has it so", body = RevisionView),
        (status = 409, description = "`listing_wrong_status`; `revision_wrong_status`, `revision_outdated`: of the open revision of a published listing", body = ProblemBody),
    )
)]
pub async fn replace_videos(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<VideoList>,
) -> Answer {
    let id = (ListingId(id.into_inner()), if_match.optional()?);
    let judge = |said: VideoList| said.parse();
    let wanted = body.by_and_words(&app, judge, words_of_videos).await?;
    let shown = page(&wanted);
    let outcome = app
        .write(caller.origin, move |work| videos::replace(work, &caller, id, &wanted))
        .await?;
    Ok(told(outcome, |()| shown))
}
