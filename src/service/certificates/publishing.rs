//! What was annulled, told to everybody (NĐ 76/2018 Đ.7.2). It is there from the moment of the signature, since it is read from the register;
//! that it was published is an event of its own in the case of the certificate, which the rules have come at once.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::domain::certificate::Certificate;
use crate::domain::ids::CertificateId;
use crate::service::Result;
use crate::service::paging::{cut, rows_for};
use crate::store::AnyConn;
use crate::store::certificates as rows;
pub use crate::store::certificates::Place as PageAt;

/// A chain that was annulled.
#[derive(Clone, Debug)]
pub struct Annulled {
    /// When.
    pub on: Date,
    /// The first certificate.
    pub first: Certificate,
    /// Its amendments, in their order: they are annulled with it.
    pub later: Vec<Certificate>,
}

/// A page of what was annulled, the newest first.
pub fn annulled(conn: &mut AnyConn, after: Option<PageAt>, limit: u32) -> Result<(Vec<Annulled>, Option<PageAt>)> {
    let page = rows::annulled(conn, after, rows_for(limit))?;
    let day = |first: &Certificate| first.annulled_on.map(|day| day.to_string()).unwrap_or_default();
    let place = |first: &Certificate| (day(first), first.id);
    let (page, next) = cut(page, limit, place);
    let roots: Vec<CertificateId> = page.iter().map(|first| first.id).collect();
    let mut later: HashMap<CertificateId, Vec<Certificate>> = HashMap::new();
    for one in rows::later(conn, &roots)? {
        later.entry(one.chain()).or_default().push(one);
    }
    let told = page.into_iter().filter_map(|first| {
        Some(Annulled {
            on: first.annulled_on?,
            later: later.remove(&first.id).unwrap_or_default(),
            first,
        })
    });
    Ok((told.collect(), next))
}
