//! Compound files, put together by hand.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test, whose own files are small"
)]

/// A compound file of streams that each stand in one piece.
pub(crate) fn storage(streams: &[(&str, &[u8])]) -> Vec<u8> {
    const SECTOR: usize = 512;
    let mut table: Vec<u32> = vec![0xffff_fffe];
    let mut directory = Vec::new();
    let mut body = Vec::new();
    let mut entry = |name: &str, kind: u8, links: [u32; 3], start: usize, length: usize| {
        let mut record = [0_u8; 128];
        for (slot, unit) in record.chunks_exact_mut(2).zip(name.encode_utf16()) {
            slot.copy_from_slice(&unit.to_le_bytes());
        }
        record[66] = kind;
        for (at, number) in [
            (68, links[0]),
            (72, links[1]),
            (76, links[2]),
            (116, start as u32),
            (120, length as u32),
        ] {
            record[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        directory.extend(record);
    };
    entry("Root Entry", 5, [u32::MAX, u32::MAX, 1], 0xffff_fffe, 0);
    for (number, (name, data)) in (2..).zip(streams) {
        let count = data.len().div_ceil(SECTOR).max(9);
        let next = if number as usize > streams.len() { u32::MAX } else { number };
        // After the table and the directory, which take one sector each.
        let start = table.len() + 1;
        entry(name, 2, [u32::MAX, next, u32::MAX], start, data.len().max(4096));
        body.extend_from_slice(data);
        body.resize((start - 2 + count) * SECTOR, 0);
        table.extend((1..count).map(|step| (start + step) as u32));
        table.push(0xffff_fffe);
    }
    table.insert(0, 0xffff_fffd);
    let mut table: Vec<u8> = table.iter().flat_map(|number| number.to_le_bytes()).collect();
    table.resize(SECTOR, 0xff);
    directory.resize(SECTOR, 0);
    let mut header = [0_u8; SECTOR];
    header[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    header[30..34].copy_from_slice(&[9, 0, 6, 0]);
    header[76..].fill(0xff);
    for (at, number) in
        [(44, 1_u32), (48, 1), (56, 4096), (60, 0xffff_fffe), (68, 0xffff_fffe), (76, 0)]
    {
        header[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }
    [&header[..], &table, &directory, &body].concat()
}
