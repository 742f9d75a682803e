//! The stages that the public interface shows, under criterion: for looking at one of them closely.
//! What is claimed comes from the program `bench`.

use std::{hint::black_box, time::Duration};

use criterion::{BenchmarkId, Criterion, Throughput};
use dosimeter_benches::{corpus::Corpora, padding, tally};
use dosimeter_classifier::{Classifier, RuleSet};
use dosimeter_record::{Identity, Locator};

/// What is read at a time: more than the second cache holds, and quick enough for many samples.
const BYTES: usize = 2 << 20;
const LENGTHS: &[usize] = &[64, 256, 1024, 4096];

fn corpora() -> Corpora {
    Corpora::read().unwrap_or(Corpora { corpus: Vec::new() })
}

fn scan(criterion: &mut Criterion) {
    let Ok(classifier) = padding::classifier(padding::built_in()) else { return };
    let mut scratch = classifier.scratch();
    let mut group = criterion.benchmark_group("scan");
    for corpus in corpora().choose(&[]) {
        let text = corpus.text(BYTES);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(&corpus.name, |bencher| {
            bencher.iter(|| {
                let mut scan = classifier.resource(&mut scratch, Identity::default());
                scan.segment(black_box(&text), &Locator::default());
                scan.finish().findings.len()
            });
        });
    }
    group.finish();
}

fn message(criterion: &mut Criterion) {
    let Ok(classifier) = padding::classifier(padding::built_in()) else { return };
    let mut scratch = classifier.scratch();
    let mut group = criterion.benchmark_group("message");
    for corpus in corpora().choose(&["clean", "prose", "code", "json"]) {
        for &length in LENGTHS {
            let text = corpus.text(length * 2);
            let message = text.split_at(text.floor_char_boundary(length)).0;
            group.throughput(Throughput::Bytes(message.len() as u64));
            group.bench_function(BenchmarkId::new(&corpus.name, length), |bencher| {
                bencher.iter(|| classifier.scan(&mut scratch, black_box(message)).len());
            });
        }
    }
    group.finish();
}

fn build(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("build");
    group.bench_function("rule-set", |bencher| bencher.iter(RuleSet::built_in));
    group.bench_function("classifier", |bencher| {
        bencher.iter(|| Classifier::builder().key(tally::key()).build());
    });
    group.bench_function("scratch", |bencher| {
        let Ok(classifier) = Classifier::builder().key(tally::key()).build() else { return };
        bencher.iter(|| classifier.scratch());
    });
    let user = padding::generated(1);
    group.bench_function("classifier-and-user-rule", |bencher| {
        bencher.iter(|| {
            let mut set = RuleSet::built_in();
            let added = set.add_toml("user.toml", &user);
            (added.is_ok(), Classifier::builder().rules(set).key(tally::key()).build())
        });
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(20)
        .configure_from_args();
    build(&mut criterion);
    message(&mut criterion);
    scan(&mut criterion);
    criterion.final_summary();
}
