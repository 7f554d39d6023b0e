"""Whether words name a laboratory test: those that notes name too, and those that only reports print."""

from __future__ import annotations

import re

from extractors.lexicon.analytes import find_analytes

# Urinalysis, smears, serologies, cultures, hormones, trace elements and drugs of abuse, as reports name them.
_REPORTED = re.compile(
    r"(?i)(?<![a-z])(?:"
    r"colou?r|clarity|appearance|turbidity|ketones?|nitrites?|leukocyte esterase|occult blood|urobilinogen|"
    r"epithelial cells|squamous epithelial|bacteria|casts?|crystals|mucus|yeast|(?:urine|ur) (?:glucose|blood|protein)|"
    r"protein|blood|basophils?|immature granulocytes|bands|blasts|nrbcs?|nucleated rbcs?|reticulocytes?|mpv|"
    r"rdw-?(?:cv|sd)?|"
    r"granulocytes|globulin|a/g ratio|bun/creatinine(?: ratio)?|carbon dioxide|co2|anion gap|bilirubin|"
    r"alkaline phosphatase|"
    r"phosphatase|aldolase|ceruloplasmin|copper|zinc|selenium|lead|mercury|arsenic|manganese|chromium|cobalt|"
    r"homocysteine|methylmalonic acid|vitamin (?:a|b\d{0,2}|c|d\d?|e|k)|thiamine|riboflavin|niacin|folic acid|carotene|"
    r"thyroglobulin|thyroxine|triiodothyronine|thyroid (?:peroxidase|stimulating|antibod\w+)|reverse t3|tpo|"
    r"progesterone|androstenedione|dhea|hydroxyprogesterone|insulin|glucagon|gastrin|somatomedin|osteocalcin|"
    r"hepatitis (?:a|b|c|d|e)\b.*|hbsag|hbsab|anti-?hb[sc]|hcv|hbv|hav|hiv|rpr|vdrl|treponema\w*|syphilis|"
    r"chlamydia\w*|c\. ?trachomatis|gonorrh\w+|n\. ?gonorrhoeae|trichomonas\w*|hsv|herpes|cmv|ebv|epstein|varicella|"
    r"rubella|rubeola|mumps|measles|lyme|borrelia|toxoplasma\w*|quantiferon\S*|t-?spot|tb\b|mycobacteri\w+|influenza|"
    r"sars-?cov-?2|covid(?:-19)?|rsv|strep\w*|mrsa|h\.? pylori|helicobacter|giardia|cryptosporidium|salmonella|"
    r"shigella|"
    r"campylobacter|c\.? diff\w*|clostridi\w+|rotavirus|norovirus|ova|parasites?|culture|gram stain|"
    r"ana|anti-?(?:sm\w*|ss-?[ab]|ro|la|rnp|scl-?70|jo-?1|centromere|cardiolipin|dna|dsdna|mpo|pr3)|anca|"
    r"cardiolipin|lupus anticoagulant|beta-?2 glycoprotein|complement|immunoglobulins?|transglutaminase|ttg|gliadin|"
    r"endomysial|smooth muscle|mitochondrial|intrinsic factor|parietal cell|acetylcholine receptor|"
    r"protein [cs]|antithrombin|factor [ivx]+|von willebrand|thrombin time|fibrin|"
    r"amphetamines?|barbiturates?|benzodiazepines?|buprenorphine|cocaine|fentanyl|methadone|opiates?|oxycodone|"
    r"cannabinoids|thc|phencyclidine|pcp|tramadol|ethanol|alcohol|cotinine|acetaminophen|salicylate|carbamazepine|"
    r"gentamicin|tobramycin|vancomycin|lamotrigine|levetiracetam|mycophenol\w+|sirolimus|everolimus|theophylline|"
    r"creatine kinase|aldosterone|renin|angiotensin|cortisol|catecholamines|metanephrines?|normetanephrine|5-?hiaa|"
    r"tryptase|calprotectin|lactoferrin|elastase|fecal (?:fat|globin|immuno\w+)|fobt|fit|pap|hpv|brca\w*|jak2|bcr\S*|"
    r"egfr|gfr|bnp|probnp|troponin|myoglobin|lipoprotein|apolipoprotein|non-?hdl|chol\S*|ldl|hdl|vldl|triglycerides?|"
    r"sodium|potassium|chloride|calcium|glucose|albumin|creatinine|urea|a1c|hemoglobin|hematocrit|platelets?|wbc|rbc|"
    r"neutrophils?|lymphocytes?|monocytes?|eosinophils?|specific gravity|kappa|lambda|ph)(?![a-z])"
)


def is_known_test(name: str) -> bool:
    """Whether the name holds a test that is known, with other words around it perhaps; vital signs are none."""
    return _REPORTED.search(name) is not None or any(not hit.vital for hit in find_analytes(name))
