//! Lines, as a small SVG that can be read on a light page and on a dark one.

/// One measured thing, as what it was measured over and what was measured.
pub struct Line {
    pub name: &'static str,
    pub points: Vec<(f64, f64)>,
}

/// How numbers stand along an axis, and what they are.
#[derive(Clone, Copy)]
pub enum Axis {
    /// In powers of ten.
    Decades(&'static str),
    /// From nothing, evenly.
    Linear(&'static str),
}

pub struct Chart {
    pub title: &'static str,
    pub across: Axis,
    pub up: Axis,
    pub lines: Vec<Line>,
}

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 34.0;
/// Room for the names of lines below a chart.
const LEGEND: f64 = 116.0;
const GAP: f64 = 80.0;
/// What is less has no logarithm worth drawing.
const LEAST: f64 = 1e-3;
/// Colours that stand out from white and from nearly black.
const COLOURS: [&str; 4] = ["#2f81f7", "#db6d28", "#2da44e", "#a371f7"];
/// Lines are told apart without colours, too.
const DASHES: [&str; 4] = ["none", "6 3", "2 3", "8 3 2 3"];

pub fn svg(title: &str, charts: &[Chart]) -> String {
    let width = LEFT + charts.len() as f64 * (WIDTH + GAP);
    let height = TOP + HEIGHT + LEGEND;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         font-family=\"system-ui, sans-serif\" font-size=\"11\">\n<title>{title}</title>\n\
         <style>text {{ fill: #1f2328 }} .grid {{ stroke: #8886; stroke-width: 1 }} .line {{ fill: none; stroke-width: 2 }} \
         @media (prefers-color-scheme: dark) {{ text {{ fill: #e6edf3 }} }}</style>\n"
    );
    for (at, chart) in charts.iter().enumerate() {
        out += &format!(
            "<g transform=\"translate({},{TOP})\">\n",
            LEFT + at as f64 * (WIDTH + GAP)
        );
        out += &drawn(chart);
        out += "</g>\n";
    }
    out + "</svg>\n"
}

fn drawn(chart: &Chart) -> String {
    let points = || chart.lines.iter().flat_map(|line| &line.points);
    let across = Scale::of(chart.across, points().map(|point| point.0));
    let up = Scale::of(chart.up, points().map(|point| point.1));
    let x = |value: f64| WIDTH * across.place(value);
    let y = |value: f64| HEIGHT * (1.0 - up.place(value));
    let mut out = format!("<text x=\"0\" y=\"-14\" font-size=\"13\">{}</text>\n", chart.title);
    for (value, name) in across.marks() {
        let at = x(value);
        out += &format!(
            "<path class=\"grid\" d=\"M{at:.1} 0V{HEIGHT}\"/><text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{name}</text>\n",
            HEIGHT + 16.0
        );
    }
    for (value, name) in up.marks() {
        let at = y(value);
        out += &format!(
            "<path class=\"grid\" d=\"M0 {at:.1}H{WIDTH}\"/><text x=\"-6\" y=\"{:.1}\" text-anchor=\"end\">{name}</text>\n",
            at + 4.0
        );
    }
    out += &format!(
        "<text x=\"{WIDTH}\" y=\"{}\" text-anchor=\"end\">{}</text><text x=\"4\" y=\"12\">{}</text>\n",
        HEIGHT + 30.0,
        across.unit,
        up.unit
    );
    for (at, line) in chart.lines.iter().enumerate() {
        let (colour, dash) = (COLOURS[at % COLOURS.len()], DASHES[at % DASHES.len()]);
        let points = line
            .points
            .iter()
            .map(|(over, value)| format!("{:.1},{:.1}", x(*over), y(*value)));
        let points = points.collect::<Vec<_>>().join(" ");
        let below = HEIGHT + 52.0 + 16.0 * at as f64;
        out += &format!(
            "<polyline class=\"line\" stroke=\"{colour}\" stroke-dasharray=\"{dash}\" points=\"{points}\"/>\n\
             <path class=\"line\" stroke=\"{colour}\" stroke-dasharray=\"{dash}\" d=\"M0 {:.1}H24\"/>\
             <text x=\"30\" y=\"{below:.1}\">{}</text>\n",
            below - 4.0,
            line.name
        );
        for (over, value) in &line.points {
            out += &format!(
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{colour}\"/>\n",
                x(*over),
                y(*value)
            );
        }
    }
    out
}

/// Where numbers stand on an axis.
struct Scale {
    unit: &'static str,
    is_logarithmic: bool,
    /// Powers of ten where it is logarithmic.
    from: f64,
    to: f64,
}

impl Scale {
    fn of(axis: Axis, numbers: impl Iterator<Item = f64>) -> Self {
        match axis {
            Axis::Decades(unit) => {
                let (from, to) = decades(numbers);
                Self {
                    unit,
                    is_logarithmic: true,
                    from,
                    to,
                }
            }
            Axis::Linear(unit) => Self {
                unit,
                is_logarithmic: false,
                from: 0.0,
                to: rounded_up(numbers.fold(0.0, f64::max)),
            },
        }
    }

    /// From 0 to 1.
    fn place(&self, value: f64) -> f64 {
        let value = if self.is_logarithmic {
            value.max(LEAST).log10()
        } else {
            value
        };
        (value - self.from) / (self.to - self.from)
    }

    /// Numbers that are written beside the axis.
    fn marks(&self) -> Vec<(f64, String)> {
        if self.is_logarithmic {
            let decades = self.from as i32..=self.to as i32;
            return decades.map(|decade| (10_f64.powi(decade), number(decade))).collect();
        }
        (0..=5)
            .map(|part| self.to * f64::from(part) / 5.0)
            .map(|value| (value, plain(value)))
            .collect()
    }
}

/// One, two or five and noughts, so that a fifth of it can be written shortly.
fn rounded_up(most: f64) -> f64 {
    let decade = 10_f64.powf(most.max(LEAST).log10().floor());
    let steps = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0].map(|step| step * decade);
    steps.into_iter().find(|step| *step >= most).unwrap_or(10.0 * decade)
}

fn plain(value: f64) -> String {
    match value {
        1_000.0.. => format!("{} k", (value / 100.0).round() / 10.0),
        _ => format!("{}", (value * 100.0).round() / 100.0),
    }
}

/// The powers of ten around some numbers, one apart at least.
fn decades(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    let logarithms: Vec<f64> = numbers.map(|number| number.max(LEAST).log10()).collect();
    let low = logarithms.iter().copied().fold(f64::INFINITY, f64::min).floor();
    let high = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max).ceil();
    if low.is_finite() && low < high {
        (low, high)
    } else {
        (0.0, 1.0)
    }
}

fn number(decade: i32) -> String {
    match decade {
        6.. => format!("{} M", 10_u64.pow(decade.unsigned_abs() - 6)),
        3..6 => format!("{} k", 10_u64.pow(decade.unsigned_abs() - 3)),
        0..3 => 10_u64.pow(decade.unsigned_abs()).to_string(),
        _ => format!("{}", 10_f64.powi(decade)),
    }
}
