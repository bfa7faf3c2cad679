//! The one table of routes: path, method, handler. Every path is a resource, so that a wrong method is answered with
//! 405 and `Allow`. `tests/api` compares this table with the OpenAPI document.

use actix_web::web::{ServiceConfig, delete, get, patch, post, resource, scope};

use super::{enterprises, health, listings, moderation, openapi, registrations, search, sessions, taxonomies};

/// Adds everything.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(resource("/healthz").route(get().to(health::healthz)))
        .service(resource("/readyz").route(get().to(health::readyz)))
        .service(resource("/api/openapi.json").route(get().to(openapi::serve_document)))
        .service(resource("/api/docs").route(get().to(openapi::redirect_to_docs)))
        .service(resource("/api/docs/{_:.*}").route(get().to(openapi::serve_docs)))
        .service(scope("/api/v1").configure(version_1));
}

fn version_1(config: &mut ServiceConfig) {
    config
        // Patterns are tried in this order, so what is asked most stands first.
        .service(
            resource("/listings/{id}")
                .route(get().to(listings::get_listing))
                .route(patch().to(listings::edit_listing)),
        )
        .service(resource("/search").route(get().to(search::search_listings)))
        .service(resource("/listings").route(post().to(listings::create_listing)))
        .service(resource("/registrations").route(post().to(registrations::register_enterprise)))
        .service(resource("/sessions").route(post().to(sessions::sign_in)))
        .service(resource("/sessions/refresh").route(post().to(sessions::refresh_session)))
        .service(resource("/sessions/current").route(delete().to(sessions::sign_out)))
        .service(resource("/me").route(get().to(sessions::get_me)))
        .service(resource("/me/listings").route(get().to(listings::list_my_listings)))
        .service(resource("/enterprises").route(get().to(enterprises::list_enterprises)))
        .service(
            resource("/enterprises/{id}")
                .route(get().to(enterprises::get_enterprise))
                .route(patch().to(enterprises::edit_enterprise)),
        )
        .service(resource("/enterprises/{id}/submission").route(post().to(enterprises::submit_enterprise)))
        .service(resource("/enterprises/{id}/approval").route(post().to(moderation::approve_enterprise)))
        .service(resource("/enterprises/{id}/rejection").route(post().to(moderation::reject_enterprise)))
        .service(resource("/enterprises/{id}/change-request").route(post().to(moderation::request_enterprise_changes)))
        .service(
            resource("/listings/{id}/submission")
                .route(post().to(listings::submit_listing))
                .route(delete().to(listings::take_back_listing)),
        )
        .service(resource("/listings/{id}/approval").route(post().to(moderation::approve_listing)))
        .service(resource("/listings/{id}/rejection").route(post().to(moderation::reject_listing)))
        .service(resource("/listings/{id}/change-request").route(post().to(moderation::request_listing_changes)))
        .service(resource("/moderation/queue").route(get().to(moderation::list_moderation_queue)))
        .service(resource("/taxonomies").route(get().to(taxonomies::list_taxonomies)))
        .service(resource("/taxonomies/{name}").route(get().to(taxonomies::get_taxonomy)));
}
