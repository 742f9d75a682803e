//! Tables: of numbers that are nobody's, and of customers that are somebody's.

use dosimeter_classifier::generate;

use crate::writer::Writer;

/// Tables of numbers: the heading and a row.
const NUMBERS: &[(&str, &str)] = &[
    (
        "order_id,order_date,sku,quantity,unit_price,discount,total,currency,warehouse",
        "$8,$D,$3-$4-$2,$1,$2.$2,0.$2,$3.$2,EUR,$2",
    ),
    (
        "timestamp,sensor,temperature,humidity,pressure,voltage,rpm",
        "$T,$4,$2.$3,$2.$1,10$2.$2,3.$3,$4",
    ),
    ("entry;booked;account;debit;credit;balance;reference", "$6;$D;$4;$3,$2;0,00;$5,$2;$7"),
    ("x,y,z,vx,vy,vz,mass", "-$f,$f,$f,0.$6,-0.$6,0.$5,$1.$4e-$1"),
    ("epoch_ms,requests,errors,p50_ms,p95_ms,p99_ms,bytes", "$E$3,$5,$2,$1.$2,$2.$1,$3.$1,$9"),
    ("id\tparent\tstart\tend\tduration\tscore\tflags", "$7\t$7\t$E\t$E\t$4\t0.$4\t0x$H"),
    (
        "batch,part,width_mm,height_mm,depth_mm,weight_g,tolerance",
        "$5,$4/$2,$3.$2,$3.$1,$2.$2,$4,0.0$1",
    ),
];

/// Writes a table of numbers with its heading.
pub(super) fn numbers(writer: &mut Writer, out: &mut String) {
    let (heading, row) = writer.random.pick(NUMBERS);
    out.push_str(heading);
    out.push('\n');
    for _ in 0..writer.random.range(50, 400) {
        writer.fill(out, row);
        out.push('\n');
    }
    out.push('\n');
}

/// How many customers a table has.
const CUSTOMERS: usize = 500;

/// Writes a table of customers with its heading.
pub(super) fn customers(writer: &mut Writer, out: &mut String) {
    out.push_str("customer_id,first_name,last_name,email,phone,card_number,dob,city\n");
    for _ in 0..CUSTOMERS {
        let mut row = String::new();
        writer.fill(
            &mut row,
            "C-$6,$p,$l,{5:a-z}.{6:a-z}$2@{7:a-z}.com,+1 415 {1:2-9}{2:0-9} {4:0-9},\
             {card:4###############},19{1:4-9}{1:0-9}-0{1:1-9}-1{1:0-9},$c",
        );
        match generate::expand(&row, writer.random.bits()) {
            Ok(text) => out.push_str(&text),
            Err(_) => out.push_str(&row),
        }
        out.push('\n');
    }
    out.push('\n');
}
