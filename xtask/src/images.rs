//! `docs/images`: pages of the demo county's papers as pictures.
//!
//! Needs `pdftotext` and `pdftoppm` (poppler-utils), and for the forms LibreOffice; not part of `test`.

use anyhow::{Context, Result};

use crate::run::{cargo, command, junheng, output, root, run, target};

/// A picture: its name, the PDF it is from, and words of its page.
const PICTURES: &[(&str, &str, &str)] = &[
    ("report-contents", "self-evaluation", "一、基本情况"),
    (
        "report-balance",
        "self-evaluation",
        "各项指标校际差异系数与标准",
    ),
    ("report-schools", "self-evaluation", "小学各校资源配置情况"),
    ("report-conclusion", "self-evaluation", "县人民政府"),
    ("school", "school", "指标反馈表"),
    ("briefing", "briefing", "工作简报"),
    ("weak-schools", "weak-schools", "改造计划"),
    ("forms-resources", "forms", "分学校"),
    ("forms-government", "forms", "表Ⅳ"),
];

/// Dots per inch: a page is 562 × 795, under 150 kB.
const DENSITY: &str = "68";

/// Makes every picture anew.
pub(crate) fn images() -> Result<()> {
    run(cargo(&["build", "--release", "--locked"]))?;
    let work = target().join("images");
    let at = |name: &str| work.join(name).display().to_string();
    let program = |line: &str, out: &str| {
        let arguments: Vec<&str> = line.split(' ').chain(["--out", out]).collect();
        run(command(junheng("release"), &arguments))
    };
    let county = at("county");
    program("generate county --schools 60 --seed 1", &county)?;
    program(&format!("report {county} --kind all"), &at("papers"))?;
    run(command(
        "soffice",
        &[
            &format!("-env:UserInstallation=file://{}", at("office")),
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            &at("papers"),
            &at("papers/forms.xlsx"),
        ],
    ))?;
    let folder = root().join("docs/images");
    std::fs::create_dir_all(&folder)?;
    for (name, paper, words) in PICTURES {
        let pdf = at(&format!("papers/{paper}.pdf"));
        let text = output(command("pdftotext", &["-layout", &pdf, "-"]))?;
        let page = text
            .split('\u{c}')
            .position(|page| page.contains(words))
            .with_context(|| format!("no page of {pdf} says {words}"))?;
        let page = (page + 1).to_string();
        let out = folder.join(name).display().to_string();
        let options = [
            "-png",
            "-singlefile",
            "-r",
            DENSITY,
            "-f",
            &page,
            "-l",
            &page,
        ];
        run(command("pdftoppm", &[&options[..], &[&pdf, &out]].concat()))?;
    }
    Ok(())
}
