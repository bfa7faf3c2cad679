//! Which operations have query parameters, and which take a body, as their description tells.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use utoipa::openapi::path::{Operation, ParameterIn};

use super::derived::plain;
use super::document;
use crate::http::routes;

/// The names of those that have any parameters.
static WITH_PARAMETERS: LazyLock<BTreeSet<String>> = LazyLock::new(|| named(has_parameters));

/// The names of those that take a body.
static WITH_BODY: LazyLock<BTreeSet<String>> = LazyLock::new(|| named(|operation| operation.request_body.is_some()));

fn named(wanted: impl Fn(&Operation) -> bool) -> BTreeSet<String> {
    let document = document();
    let items = document.paths.paths.values();
    let operations = items.flat_map(|item| [&item.get, &item.post, &item.put, &item.patch, &item.delete]);
    let wanted = operations.flatten().filter(|operation| wanted(operation));
    wanted.filter_map(|operation| operation.operation_id.clone()).collect()
}

fn has_parameters(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten().filter_map(plain);
    parameters.any(|parameter| parameter.parameter_in == ParameterIn::Query)
}

/// Whether an operation has query parameters.
pub fn takes_query(operation: &routes::Operation) -> bool {
    WITH_PARAMETERS.contains(operation.name)
}

/// Whether an operation takes a body.
pub fn takes_body(operation: &routes::Operation) -> bool {
    WITH_BODY.contains(operation.name)
}
