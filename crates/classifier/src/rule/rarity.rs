//! How rare a place of a pattern is in ordinary text: what an anchor costs.

use super::byte_set::ByteSet;

/// How many bytes of a word are hashed.
pub(crate) const KEY_LEN: usize = 4;

/// How often a megabyte holds a word that begins with `key`.
pub(crate) fn words_per_mb(key: [u8; KEY_LEN]) -> f64 {
    if let Ok(index) = COMMON.binary_search_by_key(&key, |&(common, _)| common) {
        return COMMON.get(index).map_or(0.0, |&(_, count)| f64::from(count));
    }
    let letters: f64 = key.map(|byte| weight(&ByteSet::one(byte))).iter().product();
    (1e6 * letters).clamp(0.1, 30.0)
}

/// How common the bytes of a set are in the middle of text.
pub(crate) fn weight(set: &ByteSet) -> f64 {
    let share = |&(some, each): &(ByteSet, f64)| f64::from(set.and(some).len()) * each;
    SHARES.iter().map(share).sum::<f64>().clamp(0.004, 1.0)
}

/// How common a byte is, by kind of byte.
///
/// Digits, points and commas are as common as in tables, where they would do most harm.
const SHARES: [(ByteSet, f64); 7] = {
    let space = ByteSet::one(b' ');
    let often = ByteSet::of(*b"etaoinsr");
    let seldom = ByteSet::of(*b"hldcum");
    let visible = ByteSet::range(b'!', b'~').or(ByteSet::one(b'\n'));
    let figures = ByteSet::DIGITS.or(ByteSet::of(*b".,"));
    let rest = visible.and(ByteSet::UPPER.or(often).or(seldom).or(figures).not());
    [
        (space, 0.15),
        (often, 0.055),
        (seldom, 0.03),
        (ByteSet::UPPER, 0.003),
        (figures, 0.03),
        (rest, 0.012),
        (space.or(visible).not(), 0.001),
    ]
};

/// The most common beginnings of words in a megabyte, with bit 5 of each byte set: letters are small,
/// and a line break is a `*`. Counted in 17 MB of documentation, source code in five languages, and the
/// texts of `benches/`; sorted.
#[rustfmt::skip]
const COMMON: [([u8; KEY_LEN], u16); 789] = [
    (*b"a co", 124), (*b"a hr", 74), (*b"a pa", 112), (*b"a pr", 44), (*b"a re", 51),
    (*b"a sh", 37), (*b"abou", 257), (*b"abov", 128), (*b"acce", 109), (*b"acco", 40),
    (*b"acti", 121), (*b"add ", 70), (*b"adde", 74), (*b"addi", 45), (*b"addr", 70), (*b"adve", 33),
    (*b"advi", 45), (*b"afte", 129), (*b"agai", 75), (*b"agre", 70), (*b"algo", 52),
    (*b"all ", 254), (*b"allo", 145), (*b"alre", 50), (*b"also", 57), (*b"alte", 39),
    (*b"an a", 61), (*b"an e", 40), (*b"anal", 47), (*b"and ", 1833), (*b"and*", 99),
    (*b"and/", 115), (*b"any ", 487), (*b"any*", 37), (*b"anyo", 36), (*b"apac", 56),
    (*b"api ", 34), (*b"appe", 97), (*b"appl", 122), (*b"appr", 51), (*b"arch", 63),
    (*b"are ", 465), (*b"argu", 35), (*b"aris", 75), (*b"arra", 54), (*b"arti", 38), (*b"as a", 59),
    (*b"as f", 39), (*b"as i", 123), (*b"as p", 53), (*b"as t", 39), (*b"as w", 40),
    (*b"asn1", 257), (*b"asse", 135), (*b"asso", 45), (*b"asyn", 44), (*b"at 1", 57),
    (*b"at l", 43), (*b"atom", 39), (*b"atta", 49), (*b"attr", 126), (*b"audi", 37),
    (*b"auth", 152), (*b"auto", 72), (*b"avai", 53), (*b"back", 110), (*b"base", 77),
    (*b"basi", 48), (*b"be a", 48), (*b"be d", 51), (*b"be f", 44), (*b"be i", 37), (*b"be l", 78),
    (*b"be u", 99), (*b"been", 92), (*b"befo", 114), (*b"begi", 38), (*b"beli", 56), (*b"best", 34),
    (*b"betw", 85), (*b"bina", 78), (*b"bind", 100), (*b"bio ", 39), (*b"birt", 37), (*b"bloc", 55),
    (*b"bool", 60), (*b"boos", 51), (*b"both", 38), (*b"brea", 48), (*b"bsd-", 36), (*b"buff", 55),
    (*b"buil", 126), (*b"but ", 258), (*b"by t", 182), (*b"byte", 84), (*b"c) 1", 51),
    (*b"c) 2", 68), (*b"c*  ", 59), (*b"c*co", 53), (*b"cach", 44), (*b"call", 211),
    (*b"can ", 293), (*b"can'", 114), (*b"case", 108), (*b"caus", 41), (*b"cert", 165),
    (*b"cfg(", 59), (*b"chan", 364), (*b"char", 290), (*b"chec", 329), (*b"clai", 45),
    (*b"clas", 161), (*b"clau", 45), (*b"clea", 55), (*b"clie", 238), (*b"clon", 58),
    (*b"clos", 52), (*b"cmp)", 34), (*b"code", 526), (*b"coll", 86), (*b"com/", 242),
    (*b"com>", 107), (*b"comb", 40), (*b"comm", 273), (*b"comp", 459), (*b"conc", 45),
    (*b"cond", 152), (*b"conf", 157), (*b"conn", 80), (*b"cons", 961), (*b"cont", 521),
    (*b"conv", 63), (*b"copi", 90), (*b"copy", 873), (*b"core", 112), (*b"corp", 40),
    (*b"corr", 45), (*b"coul", 104), (*b"coun", 196), (*b"cove", 41), (*b"cpp*", 38),
    (*b"crat", 209), (*b"crea", 134), (*b"crmf", 43), (*b"cryp", 72), (*b"ctx ", 35),
    (*b"curr", 73), (*b"cust", 47), (*b"dama", 128), (*b"data", 256), (*b"deal", 67),
    (*b"debi", 145), (*b"debu", 86), (*b"deci", 36), (*b"decl", 57), (*b"deco", 45), (*b"def ", 58),
    (*b"defa", 114), (*b"defi", 600), (*b"dele", 69), (*b"deli", 40), (*b"depe", 103),
    (*b"depr", 47), (*b"deri", 104), (*b"desc", 65), (*b"desi", 37), (*b"deta", 82), (*b"deve", 64),
    (*b"did ", 57), (*b"diff", 70), (*b"digi", 35), (*b"dire", 116), (*b"disa", 65),
    (*b"disc", 170), (*b"disp", 34), (*b"dist", 287), (*b"do i", 34), (*b"doc ", 92),
    (*b"doc/", 50), (*b"docs", 64), (*b"docu", 221), (*b"does", 126), (*b"don'", 76),
    (*b"done", 45), (*b"down", 38), (*b"dura", 35), (*b"each", 37), (*b"edit", 67), (*b"eith", 62),
    (*b"elem", 34), (*b"else", 65), (*b"empt", 41), (*b"enab", 59), (*b"enco", 77), (*b"encr", 34),
    (*b"end ", 56), (*b"endi", 58), (*b"enou", 34), (*b"entr", 75), (*b"enum", 48), (*b"eq!(", 51),
    (*b"equa", 41), (*b"err(", 37), (*b"erro", 290), (*b"even", 259), (*b"ever", 53),
    (*b"exam", 107), (*b"exce", 135), (*b"exec", 42), (*b"expe", 94), (*b"expl", 112),
    (*b"expo", 60), (*b"expr", 129), (*b"exte", 185), (*b"extr", 44), (*b"fail", 67),
    (*b"fals", 254), (*b"feat", 166), (*b"fiel", 73), (*b"file", 643), (*b"filt", 54),
    (*b"fina", 75), (*b"find", 109), (*b"firs", 82), (*b"fitn", 105), (*b"fix ", 41),
    (*b"fixe", 59), (*b"flag", 124), (*b"fold", 64), (*b"foll", 217), (*b"for ", 1178),
    (*b"form", 273), (*b"foun", 194), (*b"free", 314), (*b"from", 416), (*b"full", 81),
    (*b"func", 214), (*b"futu", 44), (*b"gcc ", 35), (*b"gcc-", 34), (*b"gcc.", 64),
    (*b"gene", 271), (*b"geom", 38), (*b"get ", 58), (*b"gith", 237), (*b"give", 69),
    (*b"glob", 35), (*b"gmai", 44), (*b"gnu ", 133), (*b"gnu.", 77), (*b"good", 206),
    (*b"gpl-", 91), (*b"gran", 104), (*b"grap", 44), (*b"grea", 67), (*b"grou", 74),
    (*b"hand", 169), (*b"happ", 70), (*b"has ", 109), (*b"hash", 108), (*b"have", 225),
    (*b"head", 117), (*b"help", 66), (*b"here", 235), (*b"hidd", 196), (*b"high", 43),
    (*b"hold", 54), (*b"hope", 78), (*b"how ", 107), (*b"howe", 42), (*b"hpp*", 54), (*b"href", 78),
    (*b"html", 109), (*b"http", 528), (*b"i ca", 57), (*b"i wa", 35), (*b"i'd ", 83),
    (*b"i'll", 58), (*b"i'm ", 89), (*b"i32;", 55), (*b"id\":", 215), (*b"idea", 64),
    (*b"iden", 68), (*b"idx)", 36), (*b"if (", 60), (*b"if a", 56), (*b"if n", 40), (*b"if t", 150),
    (*b"if y", 112), (*b"imag", 35), (*b"impl", 354), (*b"impo", 86), (*b"impr", 38),
    (*b"in a", 251), (*b"in b", 54), (*b"in c", 104), (*b"in l", 35), (*b"in m", 58),
    (*b"in n", 82), (*b"in p", 41), (*b"in s", 92), (*b"in t", 450), (*b"in* ", 61),
    (*b"inc.", 118), (*b"inci", 41), (*b"incl", 419), (*b"inco", 38), (*b"inde", 142),
    (*b"indi", 103), (*b"info", 174), (*b"init", 108), (*b"inli", 36), (*b"inpu", 56),
    (*b"inse", 48), (*b"inst", 216), (*b"int ", 336), (*b"inte", 314), (*b"into", 101),
    (*b"inva", 37), (*b"invo", 36), (*b"is a", 167), (*b"is b", 34), (*b"is c", 66), (*b"is d", 84),
    (*b"is e", 39), (*b"is f", 91), (*b"is g", 46), (*b"is h", 62), (*b"is i", 79), (*b"is l", 46),
    (*b"is m", 55), (*b"is n", 152), (*b"is o", 33), (*b"is p", 126), (*b"is r", 45),
    (*b"is s", 74), (*b"is t", 145), (*b"is u", 34), (*b"isn'", 90), (*b"issu", 69), (*b"it a", 57),
    (*b"it d", 69), (*b"it i", 82), (*b"it m", 98), (*b"it t", 39), (*b"it u", 67), (*b"it w", 58),
    (*b"it's", 97), (*b"it, ", 72), (*b"it. ", 45), (*b"it.*", 46), (*b"item", 118),
    (*b"iter", 133), (*b"its ", 77), (*b"join", 75), (*b"json", 51), (*b"just", 109),
    (*b"kern", 40), (*b"kind", 77), (*b"know", 108), (*b"lang", 93), (*b"larg", 34),
    (*b"last", 124), (*b"late", 150), (*b"leas", 44), (*b"leav", 38), (*b"left", 55),
    (*b"leng", 58), (*b"less", 82), (*b"let ", 252), (*b"let'", 56), (*b"leve", 42), (*b"lgpl", 55),
    (*b"li>*", 122), (*b"liab", 158), (*b"lib/", 55), (*b"libr", 117), (*b"libs", 143),
    (*b"lice", 880), (*b"like", 140), (*b"limi", 183), (*b"line", 92), (*b"link", 112),
    (*b"linu", 48), (*b"list", 198), (*b"llvm", 39), (*b"load", 35), (*b"loca", 91), (*b"lock", 35),
    (*b"logg", 50), (*b"long", 188), (*b"look", 135), (*b"loss", 56), (*b"mach", 35),
    (*b"macr", 49), (*b"main", 74), (*b"make", 154), (*b"man3", 105), (*b"manu", 38),
    (*b"mark", 60), (*b"matc", 89), (*b"mate", 43), (*b"may ", 119), (*b"mean", 76), (*b"medi", 44),
    (*b"meet", 63), (*b"memo", 50), (*b"merc", 106), (*b"merg", 45), (*b"mess", 257),
    (*b"meta", 149), (*b"meth", 120), (*b"mini", 34), (*b"minu", 49), (*b"miss", 34),
    (*b"mode", 67), (*b"modi", 191), (*b"modu", 102), (*b"mont", 35), (*b"more", 163),
    (*b"morn", 47), (*b"move", 77), (*b"mult", 39), (*b"must", 163), (*b"mut ", 177),
    (*b"my $", 38), (*b"name", 516), (*b"need", 232), (*b"negl", 44), (*b"neve", 40),
    (*b"new ", 147), (*b"new(", 87), (*b"next", 82), (*b"no e", 73), (*b"no w", 36), (*b"nobo", 54),
    (*b"node", 53), (*b"non-", 35), (*b"none", 89), (*b"not ", 571), (*b"note", 46), (*b"noth", 43),
    (*b"noti", 246), (*b"now ", 57), (*b"null", 100), (*b"numb", 140), (*b"obje", 146),
    (*b"obta", 43), (*b"ocsp", 98), (*b"of a", 159), (*b"of c", 172), (*b"of i", 42),
    (*b"of l", 49), (*b"of m", 96), (*b"of o", 54), (*b"of p", 37), (*b"of s", 127),
    (*b"of t", 866), (*b"of u", 58), (*b"of* ", 81), (*b"offe", 43), (*b"offs", 63), (*b"old ", 46),
    (*b"on a", 55), (*b"on d", 42), (*b"on t", 198), (*b"once", 50), (*b"one ", 93), (*b"one.", 54),
    (*b"onli", 35), (*b"only", 137), (*b"open", 427), (*b"oper", 70), (*b"opti", 242),
    (*b"or a", 144), (*b"or b", 39), (*b"or c", 104), (*b"or f", 40), (*b"or i", 159),
    (*b"or m", 46), (*b"or n", 44), (*b"or o", 176), (*b"or p", 106), (*b"or s", 93),
    (*b"or t", 83), (*b"or w", 53), (*b"or* ", 81), (*b"orde", 64), (*b"org/", 173), (*b"org>", 91),
    (*b"orig", 73), (*b"ossl", 393), (*b"othe", 348), (*b"our ", 126), (*b"out ", 81),
    (*b"outp", 67), (*b"over", 99), (*b"pack", 157), (*b"page", 42), (*b"para", 149),
    (*b"pars", 105), (*b"part", 273), (*b"pass", 83), (*b"path", 74), (*b"pdf\"", 47),
    (*b"peop", 78), (*b"perc", 73), (*b"perf", 71), (*b"perl", 72), (*b"perm", 264), (*b"pers", 86),
    (*b"petg", 35), (*b"phon", 42), (*b"pkcs", 86), (*b"pkey", 33), (*b"plac", 47), (*b"plan", 37),
    (*b"plat", 36), (*b"play", 34), (*b"plea", 104), (*b"poin", 146), (*b"poli", 69),
    (*b"port", 129), (*b"posi", 36), (*b"poss", 59), (*b"pref", 40), (*b"pres", 71), (*b"prev", 52),
    (*b"prin", 89), (*b"prio", 62), (*b"priv", 80), (*b"prob", 72), (*b"proc", 113), (*b"prod", 89),
    (*b"prof", 71), (*b"prog", 138), (*b"proj", 90), (*b"prom", 70), (*b"prop", 88), (*b"prot", 54),
    (*b"prov", 298), (*b"ptr)", 98), (*b"pub ", 546), (*b"publ", 347), (*b"pull", 125),
    (*b"purp", 155), (*b"push", 53), (*b"pyth", 64), (*b"quer", 35), (*b"ques", 45), (*b"quot", 36),
    (*b"rais", 41), (*b"rand", 50), (*b"rang", 50), (*b"rath", 39), (*b"reac", 76), (*b"read", 132),
    (*b"real", 64), (*b"reas", 45), (*b"rece", 80), (*b"reci", 49), (*b"reco", 64), (*b"redi", 145),
    (*b"refe", 61), (*b"rege", 47), (*b"regi", 72), (*b"rela", 52), (*b"rele", 93), (*b"reme", 48),
    (*b"remo", 74), (*b"repl", 178), (*b"repo", 92), (*b"repr", 109), (*b"requ", 206),
    (*b"rese", 136), (*b"reso", 48), (*b"resp", 86), (*b"rest", 98), (*b"resu", 160),
    (*b"reta", 44), (*b"retu", 379), (*b"revi", 38), (*b"revo", 36), (*b"righ", 193),
    (*b"rout", 44), (*b"rs/t", 51), (*b"rtre", 35), (*b"runt", 34), (*b"rust", 133), (*b"s no", 61),
    (*b"s th", 57), (*b"safe", 34), (*b"same", 87), (*b"sche", 69), (*b"scri", 49), (*b"sear", 34),
    (*b"sect", 65), (*b"secu", 34), (*b"see ", 130), (*b"sele", 34), (*b"self", 425),
    (*b"sell", 36), (*b"send", 36), (*b"seri", 46), (*b"serv", 135), (*b"set ", 50), (*b"sett", 34),
    (*b"shal", 133), (*b"shar", 103), (*b"shif", 35), (*b"shor", 66), (*b"shou", 130),
    (*b"sign", 123), (*b"simp", 52), (*b"sinc", 52), (*b"sing", 59), (*b"size", 198),
    (*b"sk) ", 53), (*b"sk))", 52), (*b"sk),", 91), (*b"sk, ", 93), (*b"smal", 42), (*b"so i", 36),
    (*b"so t", 47), (*b"so w", 59), (*b"sock", 38), (*b"soft", 658), (*b"some", 173),
    (*b"sorr", 33), (*b"sort", 55), (*b"soun", 37), (*b"sour", 197), (*b"span", 38),
    (*b"spec", 238), (*b"src/", 76), (*b"stac", 87), (*b"stan", 40), (*b"star", 99),
    (*b"stat", 308), (*b"std:", 52), (*b"step", 53), (*b"stil", 48), (*b"stor", 135),
    (*b"stra", 38), (*b"stre", 91), (*b"stri", 327), (*b"stru", 178), (*b"styl", 34),
    (*b"subj", 56), (*b"subs", 90), (*b"such", 105), (*b"sugg", 49), (*b"summ", 57), (*b"supe", 71),
    (*b"supp", 202), (*b"sure", 96), (*b"sync", 45), (*b"sys:", 37), (*b"syst", 147),
    (*b"tabl", 68), (*b"take", 64), (*b"talk", 57), (*b"targ", 139), (*b"team", 244),
    (*b"tech", 36), (*b"tell", 34), (*b"temp", 64), (*b"term", 160), (*b"test", 345),
    (*b"text", 282), (*b"than", 142), (*b"that", 761), (*b"the ", 6680), (*b"the*", 236),
    (*b"them", 114), (*b"then", 88), (*b"theo", 45), (*b"ther", 139), (*b"thes", 53),
    (*b"they", 116), (*b"thin", 93), (*b"this", 1084), (*b"thre", 116), (*b"thro", 63),
    (*b"time", 417), (*b"to a", 180), (*b"to b", 94), (*b"to c", 113), (*b"to d", 104),
    (*b"to e", 66), (*b"to i", 53), (*b"to l", 43), (*b"to m", 75), (*b"to p", 96), (*b"to r", 79),
    (*b"to s", 82), (*b"to t", 295), (*b"to u", 97), (*b"to w", 67), (*b"to y", 40), (*b"to* ", 46),
    (*b"to, ", 56), (*b"toke", 58), (*b"toki", 107), (*b"too ", 64), (*b"tool", 37), (*b"tort", 65),
    (*b"towe", 34), (*b"trac", 101), (*b"trai", 93), (*b"tran", 152), (*b"trie", 45),
    (*b"true", 87), (*b"try ", 52), (*b"tryi", 36), (*b"ts\":", 290), (*b"turn", 41),
    (*b"two ", 45), (*b"type", 883), (*b"u32 ", 175), (*b"u32,", 43), (*b"u32;", 58),
    (*b"uint", 49), (*b"ul>*", 56), (*b"unde", 258), (*b"unic", 62), (*b"univ", 55), (*b"unsi", 90),
    (*b"unti", 33), (*b"unwr", 41), (*b"upda", 75), (*b"upst", 33), (*b"use ", 370),
    (*b"use,", 100), (*b"used", 134), (*b"usef", 43), (*b"user", 369), (*b"usin", 80),
    (*b"usiz", 55), (*b"usr/", 52), (*b"util", 80), (*b"vali", 70), (*b"valu", 257), (*b"vari", 62),
    (*b"veri", 54), (*b"vers", 344), (*b"void", 154), (*b"wait", 37), (*b"want", 238),
    (*b"warn", 64), (*b"warr", 253), (*b"was ", 168), (*b"wasm", 40), (*b"way ", 82),
    (*b"we c", 39), (*b"we h", 39), (*b"we n", 38), (*b"we s", 58), (*b"we t", 44), (*b"week", 87),
    (*b"well", 100), (*b"were", 41), (*b"what", 166), (*b"when", 182), (*b"wher", 61),
    (*b"whet", 143), (*b"whic", 155), (*b"who ", 91), (*b"whol", 36), (*b"why ", 59),
    (*b"will", 184), (*b"wind", 109), (*b"winh", 43), (*b"with", 1013), (*b"word", 61),
    (*b"work", 244), (*b"worr", 41), (*b"woul", 160), (*b"writ", 232), (*b"wrot", 35),
    (*b"www.", 67), (*b"x00,", 136), (*b"x509", 447), (*b"x55,", 186), (*b"year", 150),
    (*b"you ", 643), (*b"you'", 40), (*b"your", 159), (*b"zero", 59),
];
