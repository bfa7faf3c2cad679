//! `vptex import enterprises`: in whose name, and that it says of wrong rows what is wrong.

use diesel::prelude::*;
use jiff::Timestamp;
use vptex::store::migrate;
use vptex::store::schema::{accounts, second_factors};
use vptex::store::types::{DbId, DbTs};

use crate::program::Place;

const OFFICER: &str = "canbo@example.com";
const TABLE: &str = "Mã số thuế;Loại hình pháp lý;Tên đơn vị;Địa chỉ;Xã, phường;Tỉnh, thành phố;Người liên hệ;Điện thoại;Thư điện tử\n\
                     2600357502;Công ty cổ phần;Công ty Cổ phần Chè;Khu 5;Lâm Thao;Phú Thọ;Lan;912345678;lan@che.example\n\
                     2600357503;Công ty cổ phần;Công ty Cổ phần Gốm;Khu 5;Lâm Thao;Phú Thọ;Lan;912345679;lan@gom.example\n";

#[test]
fn a_file_is_entered_in_the_name_of_an_officer_who_may() {
    let place = Place::new();
    place.file("dn.csv", TABLE);
    let command = ["import", "enterprises", "dn.csv", "--officer", OFFICER];
    place.done(&["migrate"]);
    let complaint = place.refused(&command, 2);
    assert!(complaint.contains("no officer has this address"), "{complaint}");
    place.done(&["officer", "create", "--email", OFFICER, "--name", "Trần Văn Duyệt"]);
    // Nobody acts for an officer who has never signed in.
    let complaint = place.refused(&command, 2);
    assert!(complaint.contains("no second factor"), "{complaint}");
    let mut conn = migrate::connect(place.target()).unwrap();
    let account: DbId = accounts::table.select(accounts::id).first(&mut conn).unwrap();
    let then: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    diesel::insert_into(second_factors::table)
        .values((
            second_factors::account_id.eq(account),
            second_factors::sealed_secret.eq(vec![0_u8]),
            second_factors::confirmed_at.eq(DbTs(then)),
            second_factors::last_step.eq(0_i64),
            second_factors::created_at.eq(DbTs(then)),
        ))
        .execute(&mut conn)
        .unwrap();
    drop(conn);

    let tried = [command.as_slice(), &["--dry-run"]].concat();
    let left = place.run(&tried);
    let words = "dn.csv: 2 of 2 rows, 1 new, 0 updated, 0 unchanged, 1 refused\n";
    assert_eq!((left.code, left.out.as_str()), (Some(1), words), "{left:?}");
    let left = place.run(&command);
    assert_eq!((left.code, left.out.as_str()), (Some(1), words), "{left:?}");
    assert!(left.err.contains("dn.csv:3: Mã số thuế: "), "{left:?}");
    let left = place.run(&command);
    assert!(
        left.out.contains("0 new, 0 updated, 1 unchanged, 1 refused"),
        "{left:?}"
    );
}
