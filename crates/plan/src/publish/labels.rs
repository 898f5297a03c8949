//! Names on a map that do not cover each other.

/// A box: left, top, right, bottom.
type Frame = [f64; 4];

/// Where a label starts (its left end and base line); found for each that has room.
pub(super) struct Labels {
    taken: Vec<Frame>,
    page: Frame,
}

impl Labels {
    pub(super) fn new(page: Frame) -> Self {
        Self {
            taken: Vec::new(),
            page,
        }
    }

    /// Keeps a place free of names.
    pub(super) fn keep(&mut self, frame: Frame) {
        self.taken.push(frame);
    }

    /// A free place for `text` beside a mark of radius `gap` at (x, y): right, left, below, above.
    pub(super) fn place(
        &mut self,
        (x, y): (f64, f64),
        gap: f64,
        text: &str,
        size: f64,
    ) -> Option<(f64, f64)> {
        let wide = width(text, size);
        let spots = [
            (x + gap, y + size * 0.35),
            (x - gap - wide, y + size * 0.35),
            (x - wide / 2.0, y + gap + size * 0.9),
            (x - wide / 2.0, y - gap - size * 0.2),
            (x + gap * 0.7, y + gap + size * 0.7),
            (x + gap * 0.7, y - gap),
            (x - gap * 0.7 - wide, y + gap + size * 0.7),
            (x - gap * 0.7 - wide, y - gap),
        ];
        spots.into_iter().find(|&(left, base)| {
            let frame = [
                left - 1.0,
                base - size * 0.95,
                left + wide + 1.0,
                base + size * 0.25,
            ];
            let [l, t, r, b] = self.page;
            let on_page = frame[0] >= l && frame[1] >= t && frame[2] <= r && frame[3] <= b;
            let free = on_page && !self.taken.iter().any(|other| meet(*other, frame));
            if free {
                self.taken.push(frame);
            }
            free
        })
    }
}

fn meet(a: Frame, b: Frame) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// Width of a text: Chinese characters are as wide as high, others a little over half.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars()
        .map(|c| if c.is_ascii() { 0.56 } else { 1.0 })
        .sum::<f64>()
        * size
}
