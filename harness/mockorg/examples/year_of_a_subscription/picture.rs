//! The year as a picture: quantity and monthly recurring revenue over time, with the actions marked.
//!
//! Plain SVG text, for light and for dark pages. Places are whole pixels, worked out from whole numbers.

use mockorg::Timestamp;

use crate::year::{Period, Year, change, day, scaled};

const WIDTH: i64 = 880;
const HEIGHT: i64 = 430;
/// Where the time axis begins and ends.
const LEFT: i64 = 64;
const RIGHT: i64 = WIDTH - 24;

const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#24292f}.muted{fill:#57606a}.title{font-weight:600}\
    .axis{stroke:#d0d7de}.mark{stroke:#8c959f;stroke-dasharray:3 3}\
    .quantity{stroke:#0969da}.mrr{stroke:#8250df}.quantity,.mrr{fill:none;stroke-width:2.5}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.muted{fill:#9198a1}.axis{stroke:#3d444d}\
    .mark{stroke:#656c76}.quantity{stroke:#4493f8}.mrr{stroke:#ab7df8}}";

/// A line of steps with its own scale.
struct Panel {
    title: &'static str,
    class: &'static str,
    field: &'static str,
    decimals: u32,
    top: i64,
    bottom: i64,
}

const PANELS: [Panel; 2] = [
    Panel { title: "Quantity", class: "quantity", field: "Quantity", decimals: 0, top: 96, bottom: 216 },
    Panel { title: "MRR", class: "mrr", field: "Mrr", decimals: 2, top: 268, bottom: 388 },
];

/// The picture.
pub(crate) fn svg(year: &Year) -> String {
    let axis = Axis::of(year);
    let mut lines = vec![
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
             aria-label=\"Quantity and monthly recurring revenue of a subscription over time\">"
        ),
        format!("<style>{STYLE}</style>"),
    ];
    for (place, action) in (0..).zip(&year.actions) {
        let x = axis.place(action.start);
        let record = &action.record;
        let (quantity, amount) = (change(record, "QuantityChange", 0), change(record, "Amount", 2));
        let name = record.text("CategoryEnum").unwrap_or_default();
        let (top, bottom) = (PANELS[0].top - 20, PANELS[1].bottom);
        let anchor = if place + 1 == year.actions.len() { "end" } else { "start" };
        lines.push(format!("<line class=\"mark\" x1=\"{x}\" y1=\"{top}\" x2=\"{x}\" y2=\"{bottom}\"/>"));
        for (row, text) in
            [(20, name), (36, day(action.start)), (52, format!("{quantity} units")), (68, amount)]
        {
            let class = if row == 20 { "title" } else { "muted" };
            lines.push(format!(
                "<text class=\"{class}\" x=\"{x}\" y=\"{row}\" text-anchor=\"{anchor}\">{text}</text>"
            ));
        }
    }
    for panel in &PANELS {
        panel.draw(year, &axis, &mut lines);
    }
    lines.push("</svg>".to_owned());
    lines.push(String::new());
    lines.join("\n")
}

/// The time from left to right.
struct Axis {
    first: i64,
    last: i64,
}

impl Axis {
    /// From the first period to a little after the last.
    fn of(year: &Year) -> Self {
        let first = year.periods.first().map_or(0, |period| period.start.millis());
        let last = year.periods.last().map_or(1, |period| period.end.millis());
        Self { first, last: last + (last - first) / 16 }
    }

    fn place(&self, time: Timestamp) -> i64 {
        LEFT + (RIGHT - LEFT) * (time.millis() - self.first) / (self.last - self.first).max(1)
    }

    /// The second after a period, where its line falls.
    fn after(&self, period: &Period) -> i64 {
        self.place(Timestamp::from_millis(period.end.millis() + 1000))
    }
}

impl Panel {
    fn draw(&self, year: &Year, axis: &Axis, lines: &mut Vec<String>) {
        let Self { title, class, top, bottom, .. } = self;
        let values: Vec<i64> =
            year.periods.iter().map(|period| scaled(period.record.get(self.field), self.decimals)).collect();
        let most = values.iter().copied().max().unwrap_or_default().max(1);
        let height = |value: i64| bottom - (bottom - top - 8) * value / most;
        lines.push(format!(
            "<line class=\"axis\" x1=\"{LEFT}\" y1=\"{bottom}\" x2=\"{RIGHT}\" y2=\"{bottom}\"/>"
        ));
        lines.push(format!("<text class=\"title\" x=\"{LEFT}\" y=\"{}\">{title}</text>", bottom + 18));
        let mut points = vec![format!("M{LEFT} {bottom}")];
        let mut shown = None;
        for (period, value) in year.periods.iter().zip(&values) {
            let (from, to, y) = (axis.place(period.start), axis.after(period), height(*value));
            points.push(format!("L{from} {y} L{to} {y}"));
            if shown.replace(*value) != Some(*value) {
                let field = crate::year::number(&period.record, self.field, self.decimals as usize);
                lines.push(format!(
                    "<text class=\"muted\" x=\"{}\" y=\"{}\">{field}</text>",
                    from + 6,
                    y + 16
                ));
            }
        }
        let end = year.periods.last().map_or(LEFT, |period| axis.after(period));
        points.push(format!("L{end} {bottom} L{RIGHT} {bottom}"));
        lines.push(format!("<path class=\"{class}\" d=\"{}\"/>", points.join(" ")));
    }
}
