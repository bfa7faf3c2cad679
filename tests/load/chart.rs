//! Lines over listings, both axes logarithmic, as a small SVG that can be read on a light page and on a dark one.

/// One measured thing, as listings and what was measured.
pub struct Line {
    pub name: &'static str,
    pub points: Vec<(f64, f64)>,
}

pub struct Chart {
    pub title: &'static str,
    pub lines: Vec<Line>,
}

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 34.0;
/// Room for the names of lines below a chart.
const LEGEND: f64 = 100.0;
const GAP: f64 = 80.0;
/// Colours that stand out from white and from nearly black.
const COLOURS: [&str; 4] = ["#2f81f7", "#db6d28", "#2da44e", "#a371f7"];
/// Lines are told apart without colours, too.
const DASHES: [&str; 4] = ["none", "6 3", "2 3", "8 3 2 3"];

pub fn svg(charts: &[Chart]) -> String {
    let width = LEFT + charts.len() as f64 * (WIDTH + GAP);
    let height = TOP + HEIGHT + LEGEND;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         font-family=\"system-ui, sans-serif\" font-size=\"11\">\n<title>How search grows with the number of listings</title>\n\
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
    let (from, to) = decades(points().map(|point| point.0));
    let (low, high) = decades(points().map(|point| point.1));
    let x = |listings: f64| WIDTH * (listings.log10() - from) / (to - from);
    let y = |value: f64| HEIGHT * (1.0 - (value.max(1e-3).log10() - low) / (high - low));
    let mut out = format!("<text x=\"0\" y=\"-14\" font-size=\"13\">{}</text>\n", chart.title);
    for decade in from as i32..=to as i32 {
        let at = x(10_f64.powi(decade));
        out += &format!(
            "<path class=\"grid\" d=\"M{at:.1} 0V{HEIGHT}\"/><text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
            HEIGHT + 16.0,
            number(decade)
        );
    }
    for decade in low as i32..=high as i32 {
        let at = y(10_f64.powi(decade));
        out += &format!(
            "<path class=\"grid\" d=\"M0 {at:.1}H{WIDTH}\"/><text x=\"-6\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
            at + 4.0,
            number(decade)
        );
    }
    for (at, line) in chart.lines.iter().enumerate() {
        let (colour, dash) = (COLOURS[at % COLOURS.len()], DASHES[at % DASHES.len()]);
        let points = line
            .points
            .iter()
            .map(|(listings, value)| format!("{:.1},{:.1}", x(*listings), y(*value)));
        let points = points.collect::<Vec<_>>().join(" ");
        let below = HEIGHT + 36.0 + 16.0 * at as f64;
        out += &format!(
            "<polyline class=\"line\" stroke=\"{colour}\" stroke-dasharray=\"{dash}\" points=\"{points}\"/>\n\
             <path class=\"line\" stroke=\"{colour}\" stroke-dasharray=\"{dash}\" d=\"M0 {:.1}H24\"/>\
             <text x=\"30\" y=\"{below:.1}\">{}</text>\n",
            below - 4.0,
            line.name
        );
        for (listings, value) in &line.points {
            out += &format!(
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{colour}\"/>\n",
                x(*listings),
                y(*value)
            );
        }
    }
    out
}

/// The powers of ten around some numbers, one apart at least.
fn decades(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    let logarithms: Vec<f64> = numbers.map(|number| number.max(1e-3).log10()).collect();
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
