//! What one officer proposed of a certificate and another one is to sign or to confirm. Each sort has a table of its own, with a row for a certificate
//! at the most: how that is found and forgotten is the same, and what it says is the sort's own.

/// Finds the one that waits, and forgets it: of a table, its rows, and what is read of one.
macro_rules! one_waiting {
    ($table:ident, $row:ty => $waiting:ty, $read:ident) => {
        /// What waits of a certificate; there is one at the most.
        pub fn proposal(conn: &mut AnyConn, id: CertificateId) -> Result<Option<$waiting>> {
            let row: Option<$row> = $table::table
                .filter($table::certificate_id.eq(DbId(id.0)))
                .first(conn)
                .optional()?;
            row.map($read).transpose()
        }

        /// Forgets it.
        pub fn delete_proposal(uow: &mut Uow<'_>, permit: &Permit, id: CertificateId) -> Result<()> {
            demand(permit, &[Action::HandleDossier, Action::SignCertificate])?;
            let row = $table::table.filter($table::certificate_id.eq(DbId(id.0)));
            diesel::delete(row).execute(uow.conn())?;
            Ok(())
        }
    };
}

pub(super) use one_waiting;
