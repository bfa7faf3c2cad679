//! Listings side by side: what each says of the same thing, in one unit, and what differs.

use crate::domain::listing::Specification;
use crate::domain::matching::{is_same_amount, written};
use crate::domain::quantity::{Measure, Quantity};
use crate::domain::text::fold;

/// One property of all listings that are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// What is told, as the first listing that tells it calls it.
    pub name: String,
    /// What each says, in the order of the listings.
    pub cells: Vec<Option<Cell>>,
    /// Whether not all say the same; who says nothing says something else.
    pub differs: bool,
}

/// What one listing says.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// As it stands there.
    pub written: String,
    /// As a number in the unit of the first listing that tells one, where it is certain which.
    pub quantity: Option<Quantity>,
}

/// A property of one listing.
struct Told {
    name: String,
    key: String,
    written: String,
    quantity: Option<Quantity>,
    measure: Option<Measure>,
}

/// A row being filled: one place for each listing.
struct Row {
    told: Vec<Option<Told>>,
}

/// The properties of listings beside each other, in the order in which they are told.
///
/// Those of the same name stand in one row, whatever their diacritics and case, unless they measure different things; so do
/// amounts of one sort under names that mean the same (`năng suất`, `lưu lượng/năng suất`).
pub fn align(listings: &[&[Specification]]) -> Vec<Property> {
    let mut rows: Vec<Row> = Vec::new();
    for (place, properties) in listings.iter().enumerate() {
        for told in properties.iter().map(Told::of) {
            let same_name = rows.iter().position(|row| row.takes(place, &told, Told::has_name_of));
            let at = same_name.or_else(|| rows.iter().position(|row| row.takes(place, &told, Told::is_amount_of)));
            let row = match at.and_then(|at| rows.get_mut(at)) {
                Some(row) => row,
                None => {
                    rows.push(Row::empty(listings.len()));
                    let Some(row) = rows.last_mut() else { continue };
                    row
                }
            };
            if let Some(cell) = row.told.get_mut(place) {
                *cell = Some(told);
            }
        }
    }
    rows.into_iter().map(Row::finished).collect()
}

/// Whether not all say the same.
pub fn differ<T>(said: &[Option<T>], same: impl Fn(&T, &T) -> bool) -> bool {
    match said {
        [] => false,
        [first, rest @ ..] => rest.iter().any(|other| match (first, other) {
            (Some(first), Some(other)) => !same(first, other),
            (None, None) => false,
            _ => true,
        }),
    }
}

impl Told {
    fn of(property: &Specification) -> Self {
        let quantity = Quantity::read(&property.value, property.unit.as_deref());
        Self {
            name: property.name.clone(),
            key: fold(&property.name),
            written: written(property),
            measure: quantity.as_ref().and_then(Quantity::measure),
            quantity,
        }
    }

    /// Whether both are called alike and can be of the same thing.
    fn has_name_of(&self, other: &Self) -> bool {
        let fit = match (&self.measure, &other.measure) {
            (Some(one), Some(other)) => one.dimension == other.dimension,
            _ => true,
        };
        self.key == other.key && fit
    }

    /// Whether both are amounts of the same thing.
    fn is_amount_of(&self, other: &Self) -> bool {
        let (Some(one), Some(two)) = (&self.measure, &other.measure) else {
            return false;
        };
        one.dimension == two.dimension && is_same_amount(&self.name, &other.name, one.dimension)
    }

    fn says_the_same(&self, other: &Self) -> bool {
        match (&self.measure, &other.measure) {
            (Some(one), Some(other)) => one.equals(other),
            _ => fold(&self.written) == fold(&other.written),
        }
    }
}

impl Row {
    fn empty(listings: usize) -> Self {
        Self {
            told: (0..listings).map(|_| None).collect(),
        }
    }

    fn takes(&self, place: usize, told: &Told, is_alike: impl Fn(&Told, &Told) -> bool) -> bool {
        let is_free = self.told.get(place).is_some_and(Option::is_none);
        is_free && self.told.iter().flatten().all(|other| is_alike(other, told))
    }

    fn finished(self) -> Property {
        let name = self.told.iter().flatten().map(|told| told.name.clone()).next();
        let unit = self.told.iter().flatten().find_map(|told| {
            let quantity = told.quantity.as_ref().filter(|_| told.measure.is_some())?;
            quantity.unit.clone()
        });
        let differs = differ(&self.told, Told::says_the_same);
        let cell = |told: Told| {
            let common = told.measure.zip(unit.as_deref());
            let common = common.and_then(|(measure, unit)| measure.in_unit(unit));
            Cell {
                quantity: common.or(told.quantity),
                written: told.written,
            }
        };
        Property {
            name: name.unwrap_or_default(),
            differs,
            cells: self.told.into_iter().map(|told| told.map(cell)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(properties: &[(&str, &str, Option<&str>)]) -> Vec<Specification> {
        let parse =
            |(name, value, unit): &(&str, &str, Option<&str>)| Specification::parse(name, value, *unit).unwrap();
        properties.iter().map(parse).collect()
    }

    /// Name, numbers in the common unit (none where nothing is told), whether they differ.
    fn table(listings: &[Vec<Specification>]) -> Vec<(String, Vec<Option<String>>, bool)> {
        let listings: Vec<&[Specification]> = listings.iter().map(Vec::as_slice).collect();
        let shown = |cell: Cell| match cell.quantity {
            Some(Quantity {
                value: Some(value),
                unit: Some(unit),
                ..
            }) => format!("{value} {unit}"),
            Some(Quantity {
                min: Some(min),
                max: Some(max),
                unit: Some(unit),
                ..
            }) => format!("{min}-{max} {unit}"),
            _ => cell.written,
        };
        align(&listings)
            .into_iter()
            .map(|row| {
                (
                    row.name,
                    row.cells.into_iter().map(|cell| cell.map(shown)).collect(),
                    row.differs,
                )
            })
            .collect()
    }

    fn row(name: &str, cells: &[Option<&str>], differs: bool) -> (String, Vec<Option<String>>, bool) {
        (
            name.to_owned(),
            cells.iter().map(|cell| cell.map(str::to_owned)).collect(),
            differs,
        )
    }

    #[test]
    fn rows_are_aligned_by_name_and_by_what_is_measured() {
        let found = table(&[
            listing(&[
                ("Năng suất", "500", Some("kg/h")),
                ("Công suất", "1,5 kW", None),
                ("Vật liệu", "Inox 304", None),
                ("Điện áp", "220V", None),
            ]),
            listing(&[
                ("nang suat", "0,8 tấn/giờ", None),
                ("công suất", "1500 W", None),
                ("VẬT LIỆU", "inox 304", None),
                ("bảo hành", "12 tháng", None),
            ]),
            listing(&[
                ("lưu lượng/năng suất", "300-400 kg/h", None),
                ("Công suất", "20 m3/ngày", None),
            ]),
        ]);
        assert_eq!(
            found,
            [
                row(
                    "Năng suất",
                    &[Some("500 kg/h"), Some("800 kg/h"), Some("300-400 kg/h")],
                    true
                ),
                row("Công suất", &[Some("1.5 kW"), Some("1.5 kW"), None], true),
                row("Vật liệu", &[Some("Inox 304"), Some("inox 304"), None], true),
                row("Điện áp", &[Some("220 V"), None, None], true),
                row("bảo hành", &[None, Some("12 tháng"), None], true),
                row("Công suất", &[None, None, Some("20 m³/ngày")], true),
            ]
        );
    }

    #[test]
    fn what_is_the_same_in_another_unit_does_not_differ() {
        let found = table(&[
            listing(&[("dung tích", "0,8 m3", None)]),
            listing(&[("Dung tích", "800 lít", None)]),
        ]);
        assert_eq!(found, [row("dung tích", &[Some("0.8 m³"), Some("0.8 m³")], false)]);
    }

    #[test]
    fn a_name_that_is_told_twice_has_two_rows() {
        let found = table(&[
            listing(&[("Chế độ", "sấy", None), ("Chế độ", "làm mát", None)]),
            listing(&[("chế độ", "sấy", None)]),
        ]);
        assert_eq!(
            found,
            [
                row("Chế độ", &[Some("sấy"), Some("sấy")], false),
                row("Chế độ", &[Some("làm mát"), None], true)
            ]
        );
    }
}
