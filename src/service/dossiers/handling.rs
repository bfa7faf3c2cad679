//! Handling (giải quyết hồ sơ): each step of a dossier, by whomever it is, through one door; what one officer
//! proposes and another signs; what the technology is by the list (đối chiếu danh mục); why a step is refused; and
//! what the owners of the parties are told of it.

pub mod events;
pub mod proposals;
pub(super) mod refusals;
pub mod screening;
pub(super) mod telling;
