//! Shapes of the wire that exist in the API's description only: texts with their bounds, codes, and the merge patches
//! onto drafts. They are made from the same limits that parsing enforces, so that the description cannot drift.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::drafts::{EnterpriseDraft, ListingDraft};

/// A text that is one of some values.
pub(crate) fn choice(values: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(values))
        .into()
}

fn text(max: usize, example: Option<&str>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(max))
        .examples(example)
}

macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident, $max:literal, $example:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        impl $name {
            /// Most characters.
            pub const MAX: usize = $max;
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                text($max, Some($example)).into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

codes! {
    /// A code of the list `fields`.
    FieldCode, 64, "food.drying";
    /// Something in which somebody is expert.
    SpecialityText, 100, "Sấy nông sản";
    /// Something that an enterprise can do.
    CapabilityText, 200, "Đúc gang";
    /// A word or phrase of the vocabulary of searches.
    WordText, 100, "máy tuốt lúa";
    /// Words that hint at a regulated technology.
    KeywordText, 100, "giống biến đổi gen";
    /// What a stretch of a query was taken for.
    InterpretationId, 40, "origin:12-25";
    /// A range of numbers with a unit.
    QuantityText, 60, "500..2000kg/h";
    /// A technology readiness level.
    TrlCode, 1, "7";
    /// A code of the list `provinces`.
    ProvinceCode, 2, "25";
    /// A code of the list `communes`.
    CommuneCode, 5, "08494";
    /// The identifier of an enterprise.
    EnterpriseCode, 36, "01990d3e-0000-7000-8000-000000000001";
    /// A code of any list.
    ListCode, 64, "food.processing";
    /// A law, as certificates name it.
    LawText, 300, "Luật Chuyển giao công nghệ số 07/2017/QH14";
    /// Where something is in the content of a dossier, as a JSON pointer.
    MemberPath, 100, "/technology/name";
    /// To whom a letter of an authority is written.
    AddresseeText, 200, "Sở Tài chính";
    /// A code of a checklist.
    ChecklistCode, 64, "is_lawful";
    /// A language (ISO 639-1).
    LanguageCode, 2, "vi";
    /// A symbol of the International Patent Classification, from the class on.
    PatentSymbol, 16, "F26B 3/08";
}

macro_rules! text_pairs {
    ($($(#[$meta:meta])* $name:ident, $max:literal, $vi:literal, $en:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        impl $name {
            /// Most characters in each language.
            pub const MAX: usize = $max;
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .property(
                        "vi",
                        text($max, Some($vi)).description(Some("Vietnamese; what is shown where there is no English.")),
                    )
                    .required("vi")
                    .property("en", nullable(
                        text($max, Some($en))
                            .description(Some("English; absent, or null, where readers of English are shown the Vietnamese."))
                            .into(),
                    ))
                    .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::FreeForm(false)))
                    .into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

text_pairs! {
    /// The name of a technology or of equipment.
    TitleText, 256, "Máy sấy lúa tầng sôi", "Fluidised-bed rice dryer";
    /// Two or three sentences.
    SummaryText, 500, "Sấy lúa tươi cho hợp tác xã, đốt trấu, một mẻ tám giờ.", "Dries fresh rice, burns husk.";
    /// A text in full: plain text, in which line breaks count and marks of HTML or Markdown are only signs.
    DescriptionText, 20_000, "Khung thép, quạt 7,5 kW, điều khiển nhiệt độ tự động.", "Steel frame, 7.5 kW fan.";
    /// Terms of a sale.
    TermsText, 1_000, "Giao trong 30 ngày tại kho bên mua.", "Delivered within 30 days to the buyer's store.";
    /// What is asked of a technology or of a partner.
    RequirementsText, 4_000, "Sấy được 5 tấn lúa tươi mỗi ngày, đốt trấu.", "Dries 5 tonnes of fresh rice a day, burns husk.";
    /// A part of the text under a heading of its own.
    PassageText, 2_000, "Hạt được nâng trong luồng khí nóng nên khô đều.", "Hot air lifts the grain, which dries evenly.";
}

/// What may be sent to `PATCH /listings/{id}`: a JSON merge patch onto [`ListingDraft`].
#[derive(Clone, Copy, Debug)]
pub enum ListingPatch {}

/// What may be sent to `PATCH /enterprises/{id}`: a JSON merge patch onto [`EnterpriseDraft`].
#[derive(Clone, Copy, Debug)]
pub enum EnterprisePatch {}

impl PartialSchema for ListingPatch {
    fn schema() -> RefOr<Schema> {
        let mut patch = patch_of(ListingDraft::schema());
        if let RefOr::T(Schema::Object(object)) = &mut patch {
            // A patch of a text may leave its Vietnamese as it is, and then has none.
            for (name, text) in [
                ("title", TitleText::schema()),
                ("summary", SummaryText::schema()),
                ("description", DescriptionText::schema()),
                ("warranty_text", TermsText::schema()),
                ("extra_costs", TermsText::schema()),
                ("delivery_terms", TermsText::schema()),
                ("payment_terms", TermsText::schema()),
                ("problem", PassageText::schema()),
                ("principle", PassageText::schema()),
                ("advantages", PassageText::schema()),
                ("applications", PassageText::schema()),
                ("target_customers", PassageText::schema()),
                ("socio_economic_effect", PassageText::schema()),
                ("requirements", RequirementsText::schema()),
                ("partner_role", RequirementsText::schema()),
            ] {
                object.properties.insert(name.into(), nullable(patch_of(text)));
            }
        }
        patch
    }
}

impl ToSchema for ListingPatch {}

impl PartialSchema for EnterprisePatch {
    fn schema() -> RefOr<Schema> {
        patch_of(EnterpriseDraft::schema())
    }
}

impl ToSchema for EnterprisePatch {}

/// The merge patch onto an object: nothing is required, everything may be `null`, nothing has a default.
fn patch_of(schema: RefOr<Schema>) -> RefOr<Schema> {
    let RefOr::T(Schema::Object(mut object)) = schema else {
        return schema;
    };
    object.required.clear();
    object.description = Some("Members to change: what is absent stays, `null` removes, lists are replaced.".into());
    let properties = std::mem::take(&mut object.properties);
    object.properties = properties
        .into_iter()
        .map(|(name, property)| (name, nullable(property)))
        .collect();
    RefOr::T(Schema::Object(object))
}

/// The same, or `null`.
fn nullable(schema: RefOr<Schema>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.default = None;
            object.schema_type = or_null(object.schema_type);
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.default = None;
            array.schema_type = or_null(array.schema_type);
            RefOr::T(Schema::Array(array))
        }
        RefOr::T(Schema::OneOf(one)) if one.items.iter().any(is_null) => RefOr::T(Schema::OneOf(one)),
        other => {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            OneOfBuilder::new().item(null).item(other).into()
        }
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(
        schema,
        RefOr::T(Schema::Object(Object {
            schema_type: SchemaType::Type(Type::Null),
            ..
        }))
    )
}

fn or_null(kind: SchemaType) -> SchemaType {
    match kind {
        SchemaType::Type(kind) => SchemaType::from_iter([kind, Type::Null]),
        other => other,
    }
}
