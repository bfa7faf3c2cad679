//! Filing (lập, nộp hồ sơ): of what a dossier is begun (a listing, an inquiry, an approval that it follows), and what
//! has to be right when it is handed in.

pub(super) mod appraised;
pub(super) mod following;
pub(super) mod from_inquiry;
pub(super) mod from_listing;
pub(super) mod handing_in;
pub(super) mod printing;
pub(super) mod slips;
