//! Which operations have query parameters, as their description tells.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use utoipa::openapi::path::{Operation, ParameterIn};

use super::derived::plain;
use super::document;
use crate::http::routes;

/// The names of those that have any.
static WITH_PARAMETERS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let document = document();
    let items = document.paths.paths.values();
    let operations = items.flat_map(|item| [&item.get, &item.post, &item.put, &item.patch, &item.delete]);
    let with_parameters = operations.flatten().filter(|operation| has_parameters(operation));
    with_parameters
        .filter_map(|operation| operation.operation_id.clone())
        .collect()
});

fn has_parameters(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten().filter_map(plain);
    parameters.any(|parameter| parameter.parameter_in == ParameterIn::Query)
}

/// Whether an operation has query parameters.
pub fn takes_query(operation: &routes::Operation) -> bool {
    WITH_PARAMETERS.contains(operation.name)
}
