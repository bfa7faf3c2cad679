//! What a certificate tells about parties, technology, contract and price: sections of labels and values.

use crate::domain::certificate::record::{CertificateRecord, Named, RecordContract, RecordMoney, RecordParty};

use super::wording;

/// A label and what stands behind it.
pub(super) struct Field {
    /// Label.
    pub label: &'static str,
    /// Value.
    pub value: String,
    /// Whether the value is what the section is about.
    pub is_name: bool,
}

/// Fields under a heading.
pub(super) struct Section {
    /// Heading.
    pub heading: &'static str,
    /// What there is to tell.
    pub fields: Vec<Field>,
}

impl Section {
    fn new(heading: &'static str) -> Self {
        Self {
            heading,
            fields: Vec::new(),
        }
    }

    /// Adds a field, if there is something to tell.
    fn tell(mut self, label: &'static str, value: Option<impl Into<String>>) -> Self {
        if let Some(value) = value.map(Into::into).filter(|value| !value.trim().is_empty()) {
            self.fields.push(Field {
                label,
                value,
                is_name: false,
            });
        }
        self
    }

    fn tell_name(mut self, label: &'static str, name: &str) -> Self {
        self = self.tell(label, Some(name));
        if let Some(field) = self.fields.last_mut() {
            field.is_name = true;
        }
        self
    }
}

/// The sections that have something to tell, in their order.
pub(super) fn sections(record: &CertificateRecord) -> Vec<Section> {
    let sections = [
        party("Bên giao công nghệ", &record.transferor),
        party("Bên nhận công nghệ", &record.transferee),
        technology(record),
        contract(&record.contract),
        money(&record.money),
    ];
    sections
        .into_iter()
        .filter(|section| !section.fields.is_empty())
        .collect()
}

/// Names in a row.
pub(super) fn names(named: &[Named]) -> Option<String> {
    let names: Vec<&str> = named.iter().map(|named| named.name.as_str()).collect();
    (!names.is_empty()).then(|| names.join("; "))
}

/// Codes in a row.
fn codes(named: &[Named]) -> Option<String> {
    let codes: Vec<&str> = named.iter().map(|named| named.code.as_str()).collect();
    (!codes.is_empty()).then(|| codes.join("; "))
}

fn name(named: Option<&Named>) -> Option<&str> {
    named.map(|named| named.name.as_str())
}

fn party(heading: &'static str, party: &RecordParty) -> Section {
    let representative = party.representative.as_deref();
    let representative = representative.map(|name| match party.representative_title.as_deref() {
        Some(title) if !title.trim().is_empty() => format!("{name}; chức vụ: {title}"),
        _ => name.to_owned(),
    });
    Section::new(heading)
        .tell_name("Tên", &party.name)
        .tell(
            "Tên tiếng Anh",
            party.name_en.as_deref().filter(|name| *name != party.name),
        )
        .tell("Loại hình", name(party.legal_form.as_ref()))
        .tell("Mã số thuế", party.tax_code.as_deref())
        .tell("Số đăng ký", party.registration_number.as_deref())
        .tell("Quốc gia", Some(party.country.name.as_str()))
        .tell("Địa chỉ", wording::address(party))
        .tell("Người đại diện", representative)
}

fn technology(record: &CertificateRecord) -> Section {
    let technology = &record.technology;
    Section::new("Công nghệ chuyển giao")
        .tell_name("Tên công nghệ", &technology.name)
        .tell("Đối tượng công nghệ được chuyển giao", names(&technology.objects))
        .tell("Quyền được chuyển giao", names(&technology.rights))
        .tell("Chiều chuyển giao", name(record.direction.as_ref()))
        .tell("Hình thức chuyển giao", name(record.form.as_ref()))
        .tell("Phương thức chuyển giao", names(&technology.methods))
        .tell("Lĩnh vực", names(&technology.fields))
        .tell("Ngành kinh tế", name(technology.activity.as_ref()))
        .tell("Phân loại sáng chế quốc tế", codes(&technology.ipc))
        .tell("Xuất xứ công nghệ", name(technology.origin.as_ref()))
        .tell("Sản phẩm do công nghệ tạo ra", technology.products.as_deref())
        .tell("Tiêu chuẩn, chất lượng sản phẩm", technology.standards.as_deref())
        .tell("Quyền sở hữu trí tuệ", technology.ip_titles.as_deref())
        .tell("Máy móc, thiết bị kèm theo", technology.machinery.as_deref())
}

fn contract(contract: &RecordContract) -> Section {
    let term = contract.term_months.map(|months| format!("{months}\u{a0}tháng"));
    Section::new("Hợp đồng chuyển giao công nghệ")
        .tell("Số hợp đồng", contract.number.as_deref())
        .tell("Tên hợp đồng", contract.title.as_deref())
        .tell("Ngày ký", contract.signed_on.map(wording::day))
        .tell("Hiệu lực", contract.effect.as_deref())
        .tell("Thời hạn", term)
        .tell("Ngày hết hạn", contract.ends_on.map(wording::day))
        .tell("Ngôn ngữ", names(&contract.languages))
        .tell("Địa điểm thực hiện", contract.place.as_deref())
        .tell("Tỉnh, thành phố nơi thực hiện", name(contract.province.as_ref()))
        .tell("Dự án đầu tư", contract.project.as_deref())
        .tell("Mã số dự án", contract.project_code.as_deref())
        .tell("Giấy chứng nhận đăng ký đầu tư", wording::investment(contract))
}

fn money(money: &RecordMoney) -> Section {
    let amount = money.amount.as_deref();
    let amount = amount.map(|amount| wording::amount(amount, money.currency.as_deref()));
    Section::new("Giá và phương thức thanh toán")
        .tell("Giá chuyển giao", amount)
        .tell("Giá trị tính bằng đồng Việt Nam", wording::value(money))
        .tell("Phương thức thanh toán", names(&money.payment_methods))
        .tell("Tỷ lệ thanh toán", wording::shares(&money.shares))
        .tell("Tỷ lệ, cách tính và kỳ thanh toán", money.payment_terms.as_deref())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// What a record says, as labels and values, of one section.
    fn told(record: &CertificateRecord, heading: &str) -> Vec<(&'static str, String)> {
        let sections = sections(record).into_iter();
        let mut found = sections.filter(|section| section.heading == heading);
        let fields = found.next().unwrap().fields;
        fields.into_iter().map(|field| (field.label, field.value)).collect()
    }

    #[test]
    fn what_came_later_is_printed_where_it_is_told() {
        let before: CertificateRecord = serde_json::from_str(include_str!("tests/registration.json")).unwrap();
        let mut record = before.clone();
        let named = |code: &str, name: &str| Named {
            code: code.into(),
            name: name.into(),
        };
        let contract = &mut record.contract;
        contract.term_months = Some(60);
        contract.languages = vec![named("vi", "tiếng Việt"), named("en", "tiếng Anh")];
        contract.province = Some(named("25", "Tỉnh Phú Thọ"));
        contract.project_code = Some("DA-2025-17".into());
        (contract.irc_number, contract.irc_on) = (Some("9876543210".into()), Some(date(2025, 6, 30)));
        record.transferee.legal_form = Some(named("cp", "Công ty cổ phần"));
        record.technology.ipc = vec![named("F26B 3/08", "Sấy"), named("A01", "Nông nghiệp")];
        let new = |heading: &str| {
            let old = told(&before, heading);
            let mut new = told(&record, heading);
            new.retain(|field| !old.contains(field));
            new
        };
        let expect = |heading: &str, fields: &[(&'static str, &str)]| {
            let fields: Vec<(&'static str, String)> = fields
                .iter()
                .map(|(label, value)| (*label, (*value).to_owned()))
                .collect();
            assert_eq!(new(heading), fields, "{heading}");
        };
        expect(
            "Hợp đồng chuyển giao công nghệ",
            &[
                ("Thời hạn", "60\u{a0}tháng"),
                ("Ngôn ngữ", "tiếng Việt; tiếng Anh"),
                ("Tỉnh, thành phố nơi thực hiện", "Tỉnh Phú Thọ"),
                ("Mã số dự án", "DA-2025-17"),
                ("Giấy chứng nhận đăng ký đầu tư", "số 9876543210 ngày 30/06/2025"),
            ],
        );
        expect("Bên nhận công nghệ", &[("Loại hình", "Công ty cổ phần")]);
        expect("Bên giao công nghệ", &[]);
        expect(
            "Công nghệ chuyển giao",
            &[("Phân loại sáng chế quốc tế", "F26B 3/08; A01")],
        );
    }
}
