//! What is served beside the operations.

use actix_web::web::{ServiceConfig, get, resource};

use crate::http::{certificates, health, openapi, sessions};

beside! {
    "/healthz" health::healthz;
    "/readyz" health::readyz;
    "/.well-known/jwks.json" sessions::serve_keys;
    "/.well-known/certificate-keys.json" certificates::serve_certificate_keys;
    "/verify/{number}/{code}" certificates::show_verification;
    "/api/openapi.json" openapi::serve_document;
    "/api/docs" openapi::redirect_to_docs;
    "/api/docs/{_:.*}" openapi::serve_docs;
}
