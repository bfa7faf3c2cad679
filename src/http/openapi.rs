//! The OpenAPI 3.1 description, generated from the handlers, and the page to browse it, which needs no network.

use actix_web::HttpResponse;
use std::sync::OnceLock;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::problem::Answer;
use super::{
    data_requests, enterprises, listings, moderation, passwords, personal_data, policies, registrations, search,
    second_factor, sessions, taxonomies,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "vptex",
        description = "Sàn giao dịch công nghệ và thiết bị: doanh nghiệp đăng ký, được xác thực và đăng tin; cán bộ duyệt; \
                       người mua tìm kiếm. — Technology and equipment exchange: enterprises register, are verified and \
                       post; officers review; buyers search.\n\nEvery failure is `application/problem+json` (RFC 9457) \
                       with a stable `code`; see docs/errors.md. Collections are `{items, page: {next, limit}, total?}`: \
                       pass `page.next` as `after`. Instants are RFC 3339 UTC with at most microseconds. Edits need \
                       `If-Match`; creates take `Idempotency-Key`.",
        license(name = "MIT OR Apache-2.0"),
    ),
    servers((url = "/api/v1")),
    paths(
        registrations::register_enterprise, registrations::confirm_registration,
        registrations::open_account, registrations::confirm_account,
        sessions::sign_in, sessions::refresh_session, sessions::sign_out, sessions::step_up, sessions::get_me,
        sessions::list_my_sessions, sessions::end_my_session, sessions::end_my_other_sessions,
        passwords::change_password, passwords::ask_password_reset, passwords::reset_password,
        second_factor::begin_second_factor, second_factor::confirm_second_factor, second_factor::remove_second_factor,
        second_factor::renew_recovery_codes, second_factor::ask_factor_reset, second_factor::approve_factor_reset,
        enterprises::list_enterprises, enterprises::get_enterprise, enterprises::edit_enterprise, enterprises::submit_enterprise,
        listings::create_listing, listings::get_listing, listings::edit_listing, listings::submit_listing,
        listings::take_back_listing, listings::list_my_listings,
        moderation::list_moderation_queue, moderation::approve_enterprise, moderation::reject_enterprise,
        moderation::request_enterprise_changes, moderation::approve_listing, moderation::reject_listing,
        moderation::request_listing_changes,
        search::search_listings,
        taxonomies::list_taxonomies, taxonomies::get_taxonomy,
        policies::list_policies, policies::get_policy, policies::publish_policy, policies::list_my_acceptances,
        policies::accept_policy, policies::list_my_consents, policies::give_consent, policies::withdraw_consent,
        personal_data::export_my_data, personal_data::end_my_restriction,
        data_requests::list_my_data_requests, data_requests::ask_about_my_data, data_requests::list_data_requests,
        data_requests::acknowledge_data_request, data_requests::extend_data_request,
        data_requests::fulfil_data_request, data_requests::refuse_data_request,
    ),
    tags(
        (name = "sessions", description = "Đăng nhập — signing in and out"),
        (name = "accounts", description = "Tài khoản — one's own account"),
        (name = "officers", description = "Cán bộ — officers of the Department"),
        (name = "enterprises", description = "Doanh nghiệp — registration and directory"),
        (name = "listings", description = "Tin niêm yết — writing and reading listings"),
        (name = "search", description = "Tìm kiếm — search"),
        (name = "moderation", description = "Kiểm duyệt — what officers do"),
        (name = "privacy", description = "Dữ liệu cá nhân — policies, consents, and what people ask about their data"),
        (name = "taxonomies", description = "Danh mục — reference lists"),
    ),
)]
struct Description;

/// The description of the whole API.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Description::openapi();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("Access token from POST /sessions"))
        .build();
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("bearer", SecurityScheme::Http(bearer));
    document
}

/// The description as JSON, made once.
fn json() -> &'static str {
    static JSON: OnceLock<String> = OnceLock::new();
    JSON.get_or_init(|| document().to_pretty_json().unwrap_or_default())
}

/// `GET /api/openapi.json`.
pub async fn serve_document() -> Answer {
    Ok(HttpResponse::Ok().content_type("application/json").body(json()))
}

/// `GET /api/docs` without the slash.
pub async fn redirect_to_docs() -> Answer {
    Ok(HttpResponse::PermanentRedirect()
        .insert_header(("Location", "/api/docs/"))
        .finish())
}

/// The browsable page; its files are compiled in.
pub fn docs() -> SwaggerUi {
    SwaggerUi::new("/api/docs/{_:.*}").config(Config::from("/api/openapi.json").try_it_out_enabled(true))
}
