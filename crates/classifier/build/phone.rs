//! Prints the numbering plans of `src/validator/phone/metadata.tsv`.

use std::{error::Error, fmt::Write as _};

use crate::{
    digits::{Graph, Pattern, Set},
    literal::quoted,
};

/// One region as it is written.
#[derive(Default)]
struct Region<'t> {
    code: u16,
    leading: Option<&'t str>,
    prefix: &'t str,
    transformation: &'t str,
    general: Option<Numbers<'t>>,
    lens_local: u32,
    types: Vec<Numbers<'t>>,
}

/// A pattern and the lengths that it is meant for, one bit each; any if none.
struct Numbers<'t> {
    lens: u32,
    pattern: &'t str,
}

/// What comes out: the plans as a static, and the graph that they point into.
pub(crate) struct Plans {
    pub(crate) item: String,
    pub(crate) graph: Vec<u8>,
}

/// Reads the metadata.
pub(crate) fn compile(metadata: &str) -> Result<Plans, Box<dyn Error>> {
    let mut graph = Graph::new();
    let regions = regions(metadata)?;
    let mut item = format!("static REGIONS: [Region; {}] = [\n", regions.len());
    for region in regions {
        writeln!(item, "    {},", region.literal(&mut graph)?)?;
    }
    item.push_str("];\n");
    let graph = graph.nodes.iter().flatten().flat_map(|number| number.to_le_bytes()).collect();
    Ok(Plans { item, graph })
}

fn regions(metadata: &str) -> Result<Vec<Region<'_>>, Box<dyn Error>> {
    let mut regions: Vec<Region<'_>> = Vec::new();
    for line in metadata.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        if let ["region", _, code, ..] = fields.as_slice() {
            regions.push(Region { code: code.parse()?, ..Region::default() });
            continue;
        }
        let region = regions.last_mut().ok_or("a line before the first region")?;
        match fields.as_slice() {
            ["leading", pattern] => region.leading = Some(pattern),
            ["prefix", pattern] => region.prefix = pattern,
            ["prefix", pattern, transformation] => {
                (region.prefix, region.transformation) = (pattern, transformation);
            }
            ["general", possible, local, pattern] => {
                region.general = Some(Numbers { lens: lens(possible)?, pattern });
                region.lens_local = lens(local)?;
            }
            ["type", possible, pattern] => {
                region.types.push(Numbers { lens: lens(possible)?, pattern });
            }
            _ => return Err(format!("what is `{line}`?").into()),
        }
    }
    Ok(regions)
}

fn lens(written: &str) -> Result<u32, Box<dyn Error>> {
    let mut lens = 0;
    for len in written.split(',').filter(|len| !len.is_empty()) {
        lens |= 1 << len.parse::<u32>()?;
    }
    Ok(lens)
}

impl Region<'_> {
    fn literal(&self, graph: &mut Graph) -> Result<String, Box<dyn Error>> {
        let written = self.general.as_ref().ok_or("a region without a general pattern")?;
        let general = Pattern::new(written.pattern)?;
        let types: Vec<(u32, Pattern)> = self
            .types
            .iter()
            .map(|numbers| Ok((numbers.lens, Pattern::new(numbers.pattern)?)))
            .collect::<Result<_, Box<dyn Error>>>()?;

        let fits = |lens: u32, len: usize| lens == 0 || lens >> len & 1 == 1;
        let assigned = |len: usize, ends: &[bool]| {
            let Some((general, of_types)) = ends.split_first() else { return false };
            let of_type = |(ends, (lens, _)): (&bool, &(u32, Pattern))| *ends && fits(*lens, len);
            *general && fits(written.lens, len) && of_types.iter().zip(&types).any(of_type)
        };
        let matches = |_: usize, ends: &[bool]| ends.iter().any(|ends| *ends);
        let patterns = [&general].into_iter().chain(types.iter().map(|(_, pattern)| pattern));
        let assigned =
            graph.add(&Set { patterns: patterns.collect(), holds: &assigned, prefixes: false })?;
        let shaped =
            graph.add(&Set { patterns: vec![&general], holds: &matches, prefixes: false })?;
        let leading = match self.leading {
            None => 0,
            Some(pattern) => {
                let pattern = Pattern::new(pattern)?;
                graph.add(&Set { patterns: vec![&pattern], holds: &matches, prefixes: true })?
            }
        };
        let prefix = match self.prefix {
            "" => "Prefix::None".to_owned(),
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!("Prefix::Digits({})", quoted(digits))
            }
            pattern => format!(
                "Prefix::Pattern {{ pattern: {}, transformation: {}, compiled: OnceLock::new() }}",
                quoted(pattern),
                quoted(self.transformation)
            ),
        };
        Ok(format!(
            "Region {{ code: {}, leading: Node({leading}), assigned: Node({assigned}), shaped: \
             Node({shaped}), lens: {}, lens_local: {}, prefix: {prefix} }}",
            self.code,
            bits(written.lens),
            bits(self.lens_local),
        ))
    }
}

fn bits(bits: u32) -> String {
    format!("{:#06x}_{:04x}", bits >> 16, bits & 0xFFFF)
}
