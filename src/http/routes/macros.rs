//! How the lines of the table become operations and routes.

macro_rules! access {
    (Anybody) => { super::Access::Anybody };
    ($($action:ident)|+) => { super::Access::Of(&[$(crate::domain::access::Action::$action),+]) };
}

macro_rules! needs_fresh {
    () => {
        false
    };
    (Fresh) => {
        true
    };
}

macro_rules! operations {
    ($($path:literal { $($method:ident $room:ident::$name:ident $class:ident $keys:ident $($action:ident)|+ $(, $fresh:ident)?;)+ })+) => {
        pub(super) const ROOM: super::Room = super::Room {
            operations: &[$($(super::Operation {
                name: stringify!($name),
                method: stringify!($method),
                path: $path,
                class: super::Class::$class,
                keys: super::Keys::$keys,
                access: access!($($action)|+),
                needs_fresh: needs_fresh!($($fresh)?),
            },)+)+],
            configure: |config| {
                $(config.service(actix_web::web::resource($path)$(.route(actix_web::web::$method().to($room::$name)))+);)+
            },
        };
    };
}

macro_rules! beside {
    ($($path:literal $room:ident::$name:ident;)+) => {
        /// What is served beside the operations: to be read by everybody, and the same for everybody.
        pub const BESIDE: &[&str] = &[$($path,)+];

        pub(super) fn beside(config: &mut ServiceConfig) {
            $(config.service(resource($path).route(get().to($room::$name)));)+
        }
    };
}
