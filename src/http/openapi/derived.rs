//! What holds for whole classes of operations is said once, here, and follows from what each operation says of itself:
//! who may call it, whether it takes a body or a version, whether it answers a thing that has versions.

use super::super::extract::MERGE_PATCH;
use super::super::routes;
use crate::domain::file::MediaType;
use utoipa::PartialSchema;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, HttpMethod, OpenApi, Ref, RefOr, Required};

/// Longest entity tag that is told of; ours are shorter.
const TAG_MAX: usize = 64;

/// What is told of every operation that is sensitive.
const FRESH: &str = "Needs a sign-in or step-up within the last five minutes.";

/// What an operation says of itself.
struct Traits {
    is_reading: bool,
    may_sign_in: bool,
    must_sign_in: bool,
    has_body: bool,
    names_one_thing: bool,
    names_enterprise: bool,
    tells_of_change: bool,
    sends_parts: bool,
    takes_version: bool,
    needs_version: bool,
    takes_key: bool,
    needs_fresh: bool,
}

impl Traits {
    fn of(method: &HttpMethod, path: &str, operation: &Operation) -> Self {
        let parameters = operation.parameters.iter().flatten().filter_map(plain);
        let names: Vec<(&str, bool)> = parameters
            .map(|parameter| (parameter.name.as_str(), parameter.required == Required::True))
            .collect();
        let takes = |wanted: &str| names.iter().any(|(name, _)| *name == wanted);
        let security = operation.security.as_deref().unwrap_or_default();
        let is_optional = |requirement| requirement == &utoipa::openapi::security::SecurityRequirement::default();
        let names_one_thing = path.contains("/{");
        Self {
            is_reading: *method == HttpMethod::Get,
            may_sign_in: !security.is_empty(),
            must_sign_in: !security.is_empty() && !security.iter().any(is_optional),
            has_body: operation.request_body.is_some(),
            names_one_thing,
            names_enterprise: [
                "/enterprises/{id}",
                "/reviews/{type}/{id}",
                "/moderation/claims/{type}/{id}",
            ]
            .iter()
            .any(|place| path.starts_with(place)),
            tells_of_change: operation.responses.responses.contains_key("304"),
            sends_parts: operation.responses.responses.contains_key("206"),
            takes_version: takes("If-Match"),
            needs_version: names.contains(&("If-Match", true)),
            takes_key: takes("Idempotency-Key"),
            needs_fresh: routes::operations()
                .any(|known| known.needs_fresh && operation.operation_id.as_deref() == Some(known.name)),
        }
    }

    /// The refusals that come of it, with their codes.
    fn refusals(&self) -> Vec<(&'static str, &'static str)> {
        let body = "`malformed_body`, `invalid_header`, `invalid_query`, `bad_request`";
        let table = [
            (
                self.names_enterprise && self.is_reading,
                "308",
                "`enterprise_merged`: the same place of the one that it became part of is in `Location`",
            ),
            (
                self.names_enterprise && !self.is_reading,
                "409",
                "`enterprise_superseded`: it became part of the one in `merged_into`",
            ),
            (
                true,
                "400",
                if self.has_body {
                    body
                } else {
                    "`unexpected_body`, `invalid_query`, `invalid_cursor`, `invalid_header`, `bad_request`"
                },
            ),
            (
                self.needs_fresh,
                "401",
                "`unauthenticated`, `invalid_token`, `step_up_required`",
            ),
            (self.must_sign_in, "401", "`unauthenticated`, `invalid_token`"),
            (self.may_sign_in, "401", "`invalid_token`"),
            (self.may_sign_in, "403", "`forbidden`"),
            (self.names_one_thing, "404", "`not_found`: absent or hidden"),
            (self.has_body, "408", "`request_timeout`: the body did not come in time"),
            (self.takes_version, "412", "`stale_version`"),
            (self.has_body, "413", "`payload_too_large`"),
            (self.has_body, "415", "`unsupported_media_type`"),
            (self.sends_parts, "416", "`range_not_satisfiable`"),
            (self.takes_key, "422", "`validation_failed`, `idempotency_key_reused`"),
            (self.has_body, "422", "`validation_failed`"),
            (self.needs_version, "428", "`precondition_required`"),
            (true, "429", "`too_many_requests`: the rates are in `RateLimit-Policy`"),
            (true, "500", "`internal`"),
            (true, "503", "`busy`, `storage_unavailable`"),
            (
                !self.is_reading,
                "504",
                "`outcome_unknown`: look before sending it again",
            ),
        ];
        let holding = table.into_iter().filter(|(holds, ..)| *holds);
        holding.map(|(_, status, told)| (status, told)).collect()
    }
}

pub(super) fn plain(parameter: &RefOr<Parameter>) -> Option<&Parameter> {
    match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    }
}

/// Completes every operation.
pub(super) fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (name, told, example) in HEADERS {
        components
            .headers
            .insert(name.to_owned(), RefOr::T(header(told, example)));
    }
    for (path, item) in &mut document.paths.paths {
        let operations = [
            (HttpMethod::Get, &mut item.get),
            (HttpMethod::Post, &mut item.post),
            (HttpMethod::Put, &mut item.put),
            (HttpMethod::Patch, &mut item.patch),
            (HttpMethod::Delete, &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                complete_operation(&method, path, operation);
            }
        }
    }
}

fn complete_operation(method: &HttpMethod, path: &str, operation: &mut Operation) {
    let traits = Traits::of(method, path, operation);
    let parameters = operation.parameters.get_or_insert_default();
    for parameter in parameters.iter_mut() {
        if let RefOr::T(parameter) = parameter
            && parameter.name == "If-Match"
        {
            parameter.schema = Some(text(TAG_MAX, "\"3\""));
        }
    }
    if traits.is_reading && traits.tells_of_change {
        let parameter = ParameterBuilder::new()
            .name("If-None-Match")
            .parameter_in(ParameterIn::Header)
            .description(Some("`ETag` of what the caller has already; unchanged is 304"))
            .schema(Some(text(1_024, "\"3\"")));
        parameters.push(RefOr::T(parameter.build()));
    }

    if traits.needs_fresh {
        let told = operation.description.take().unwrap_or_default();
        operation.description = Some(format!("{told}\n\n{FRESH}").trim_start().to_owned());
    }

    if *method == HttpMethod::Patch
        && let Some(RefOr::T(body)) = &mut operation.request_body
        && let Some(patch) = body.content.get("application/json").cloned()
    {
        body.content.insert(MERGE_PATCH.to_owned(), patch);
    }

    let responses = &mut operation.responses.responses;
    for (status, told) in traits.refusals() {
        match responses.get_mut(status) {
            None => drop(responses.insert(status.to_owned(), RefOr::T(Response::new(told)))),
            // Operations tell of their own conflicts.
            Some(RefOr::T(own)) if status == "409" => own.description = format!("{}; {told}", own.description),
            Some(_) => {}
        }
    }
    for (status, response) in responses.iter_mut() {
        if let RefOr::T(response) = response {
            if traits.sends_parts && status.starts_with('2') && response.content.is_empty() {
                tell_kinds_of_files(response);
            }
            complete_response(&traits, status, response);
        }
    }
}

/// What is sent whole or in parts is a file, of any kind that is kept, unless the operation says which.
fn tell_kinds_of_files(response: &mut Response) {
    for kind in MediaType::ALL {
        let bytes = ContentBuilder::new().schema(Some(Vec::<u8>::schema()));
        response
            .content
            .insert(kind.as_str().to_owned(), RefOr::T(bytes.build()));
    }
}

/// Headers of answers: name, what it tells, an example.
const HEADERS: [(&str, &str, &str); 8] = [
    ("ETag", "What `If-Match` and `If-None-Match` take.", "\"3\""),
    (
        "Idempotent-Replayed",
        "`true` when this is the answer to an earlier, equal request; else absent.",
        "true",
    ),
    (
        "Location",
        "Path of what was made, or of what leads on.",
        "/api/v1/listings/019a5e2b-4b5c-7d3e-8f90-1a2b3c4d5e6f",
    ),
    (
        "RateLimit",
        "What is left of the rates, and seconds until they are whole again; absent where rates are not counted.",
        "\"read\";r=299;t=60",
    ),
    (
        "RateLimit-Policy",
        "The rates that hold for the caller: calls and seconds; absent where rates are not counted.",
        "\"read\";q=300;w=60",
    ),
    ("Retry-After", "Seconds after which to try again.", "2"),
    (
        "WWW-Authenticate",
        "`Bearer`, with `error=\"invalid_token\"` where a token was sent.",
        "Bearer error=\"invalid_token\"",
    ),
    (
        "X-Request-Id",
        "Identifies the request, for questions to the operator.",
        "019a5e2b-4b5c-7d3e-8f90-1a2b3c4d5e6f",
    ),
];

fn header(told: &str, example: &str) -> Header {
    let text = ObjectBuilder::new().schema_type(Type::String).examples([example]);
    let mut header = Header::new(text);
    header.description = Some(told.to_owned());
    header
}

fn complete_response(traits: &Traits, status: &str, response: &mut Response) {
    let is_success = status.starts_with('2');
    let carried = [
        (true, "X-Request-Id"),
        ((is_success && is_versioned(response)) || status == "304", "ETag"),
        ((is_success && traits.takes_key) || status == "308", "Location"),
        (is_success && traits.takes_key, "Idempotent-Replayed"),
        (status == "401", "WWW-Authenticate"),
        (true, "RateLimit"),
        (true, "RateLimit-Policy"),
        (["429", "503"].contains(&status), "Retry-After"),
    ];
    for (_, name) in carried.into_iter().filter(|(holds, _)| *holds) {
        let place = Ref::new(format!("#/components/headers/{name}"));
        response.headers.insert(name.to_owned(), RefOr::Ref(place));
    }
    if status == "308" || status.starts_with(['4', '5']) {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody")));
        response.content.clear();
        response
            .content
            .insert("application/problem+json".into(), RefOr::T(problem.build()));
    }
}

/// Views of things that have versions, which their answers tell in `ETag`.
const VERSIONED: [&str; 13] = [
    "AccountView",
    "AmendmentView",
    "EnterpriseFeedPage",
    "EnterpriseView",
    "EntryImportView",
    "FeedPage",
    "ListingView",
    "MeView",
    "OfficerView",
    "RegisterEntry",
    "ReportView",
    "RevisionView",
    "TakedownView",
];

fn is_versioned(response: &Response) -> bool {
    // A file whose lines are such views is none itself.
    let answers = response
        .content
        .iter()
        .filter(|(media, _)| *media == "application/json");
    let contents = answers.filter_map(|(_, content)| match content {
        RefOr::T(content) => content.schema.as_ref(),
        RefOr::Ref(_) => None,
    });
    let mut schemas = contents;
    schemas.any(|schema| match schema {
        RefOr::Ref(place) => VERSIONED
            .iter()
            .any(|name| place.ref_location.ends_with(&format!("/{name}"))),
        _ => false,
    })
}

fn text(max: usize, example: &str) -> RefOr<utoipa::openapi::Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(max))
        .examples([example])
        .into()
}
