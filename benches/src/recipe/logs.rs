//! Logs of several programs, line by line.

use crate::writer::Writer;

const LINES: &[&str] = &[
    "$T INFO  [$w-$w-$1] com.$w.$w.$C - $s ($i=$4, $i=$u)",
    "$T DEBUG [$w-$w-$2] com.$w.$w.$C - $s: $q",
    "$T ERROR [$w-$w-$1] com.$w.$w.$C - $s\\n\\tat com.$w.$w.$C.$I($C.java:$3)\\n\\tat com.$w.$C.$I($C.java:$2)\\n\\tat java.base/java.lang.Thread.run(Thread.java:$3)",
    "$A - - [1$1/Oct/2026:1$1:$2:$2 +0000] \"GET /$w/$w?page=$1&$i=$w HTTP/1.1\" 200 $5 \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:$3.0) Gecko/20100101 Firefox/$3.0\"",
    "$A - - [1$1/Oct/2026:1$1:$2:$2 +0000] \"POST /api/v$1/$w HTTP/2.0\" 201 $3 \"https://$w.example.org/$w\" \"curl/8.$1.$1\" $1.$3",
    "Oct 1$1 1$1:$2:$2 $w-$w kernel: [$5.$6] $w $w$1: $s (0x$x)",
    "Oct 1$1 1$1:$2:$2 $w sshd[$5]: Connection closed by $A port $5 [preauth]",
    "{\"level\":\"info\",\"ts\":$E.$3,\"caller\":\"$w/$w.go:$3\",\"msg\":\"$s\",\"trace_id\":\"$x$x$x$x\",\"span_id\":\"$x$x\",\"$i\":$4}",
    "I1017 1$1:$2:$2.$6       1 $i.go:$3] \"$s\" pod=\"$w/$w-$x-$w\" $I=\"$3.$3ms\"",
    "level=warn time=$T component=$w msg=\"$s\" duration=$2.$3ms attempt=$1",
];

/// Writes one entry, which may be several lines.
pub(super) fn line(writer: &mut Writer, out: &mut String) {
    let template = writer.random.pick(LINES);
    writer.fill(out, template);
    out.push('\n');
}
