//! Reading (tra cứu hồ sơ): who reads which copy of a dossier, the lists in which it is found, and what is told
//! beside it.

pub mod hints;
pub(super) mod latecomers;
pub(super) mod lists;
pub(super) mod whose;
