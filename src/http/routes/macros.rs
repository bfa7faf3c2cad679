//! How the lines of the table become operations and routes.

macro_rules! access {
    (Anybody) => { Access::Anybody };
    ($($action:ident)|+) => { Access::Of(&[$(Action::$action),+]) };
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
        /// Every operation.
        pub const OPERATIONS: &[Operation] = &[$($(Operation {
            name: stringify!($name),
            method: stringify!($method),
            path: $path,
            class: Class::$class,
            keys: Keys::$keys,
            access: access!($($action)|+),
            needs_fresh: needs_fresh!($($fresh)?),
        },)+)+];

        /// Every path is a resource, so that a wrong method is answered with 405 and `Allow`.
        fn version_1(config: &mut ServiceConfig) {
            $(config.service(resource($path)$(.route($method().to($room::$name)))+);)+
        }
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
