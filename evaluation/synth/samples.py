"""Draws the sample inbox: a fixed set of documents under names as fax servers and portals give them.

`python -m evaluation.synth.samples samples` writes `samples/inbox` and `samples/gold`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from evaluation.synth.generate import write_document
from evaluation.synth.plan import Order

SEED = 20_260_401

ORDERS = (
    # Requests on their own, clean and complete: what can be published without a person.
    Order("FAX20260211_084512_0031", "s_grid", "digital", scenario="knee_replacement"),
    Order("portal-upload-55210", "s_leaders", "digital", scenario="cardiac_cath"),
    Order("portal-upload-55214", "s_imaging", "digital", scenario="lung_ct"),
    Order("portal-upload-55231", "s_pharmacy", "digital", scenario="ra_biologic"),
    Order("portal-upload-55240", "s_order", "digital", scenario="lumbar_fusion"),
    # Requests as they come over the telephone line.
    Order("FAX20260211_091700_0032", "s_grid", "fax_fine", "typical", ("strikeout",), "crohn_infusion"),
    Order("FAX20260211_093344_0033", "s_leaders", "fax_std", "clean", scenario="sleep_study"),
    Order("FAX20260211_101902_0034", "s_comb", "fax_fine", "clean", scenario="ms_infusion"),
    Order("FAX20260211_104455_0035", "s_dme", "fax_fine", "typical", ("blank",), "cpap"),
    Order("FAX20260211_112013_0036", "s_pharmacy", "fax_fine", "poor", ("nonbillable_icd",), "glp1"),
    Order("FAX20260211_115731_0037", "s_checklist", "tiff", "typical", ("ambiguous_selection",), "depression_tms"),
    Order("FAX20260211_130209_0038", "s_imaging", "scan_badtext", "typical", ("npi_luhn",), "rotator_mri"),
    Order("scan-000418", "s_necessity", "scan_jpeg", scenario="psoriasis_biologic"),
    # Notes, a laboratory report, a denial.
    Order("inbound_7195550113_0007", "s_soap", "digital", scenario="asthma_biologic"),
    Order("inbound_7195550113_0008", "s_soap", "tiff", "typical", scenario="migraine_cgrp"),
    Order("chart-export-20260212", "s_apso", "txt", scenario="insulin_pump"),
    Order("chart-export-20260213", "s_consult", "txt", scenario="anticoagulant"),
    Order("inbound_2185550154_0102", "s_discharge", "fax_fine", "typical", scenario="oxygen"),
    Order("inbound_2185550154_0103", "s_hp", "fax_std", "typical", ("prompt_injection",), "heart_failure_icd"),
    Order("inbound_5095550177_0020", "s_lab", "fax_fine", "clean", scenario="breast_chemo"),
    Order("inbound_8775550188_0001", "s_denial", "digital", scenario="brca_test"),
    # Packets.
    Order(
        "FAX20260212_080144_0041",
        "packet:s_cover+s_grid+s_soap+s_lab+s_necessity",
        "fax_fine",
        "typical",
        scenario="breast_chemo",
        turned=((4, 180),),
    ),
    Order(
        "FAX20260212_082236_0042",
        "packet:s_cover+s_leaders+s_hp+s_discharge+s_lab+s_consult",
        "tiff",
        "clean",
        scenario="heart_failure_icd",
    ),
    Order(
        "FAX20260212_090951_0043",
        "packet:s_cover+s_dme+s_consult+s_soap",
        "fax_std",
        "typical",
        ("conflict",),
        "wheelchair",
    ),
    Order(
        "FAX20260212_094418_0044",
        "packet:s_cover+s_pharmacy+s_necessity+s_soap+s_lab",
        "fax_fine",
        "poor",
        scenario="psoriasis_biologic",
    ),
    Order(
        "FAX20260212_101255_0045",
        "packet:s_cover+s_comb+s_apso+s_lab+s_hp",
        "fax_fine",
        "clean",
        ("wrong_patient",),
        "prostate_pet",
    ),
    Order(
        "FAX20260212_110640_0046",
        "packet:s_cover+s_checklist+s_soap+s_discharge+s_consult",
        "mixed",
        "typical",
        scenario="opioid_residential",
    ),
    Order(
        "FAX20260212_113122_0047",
        "packet:s_order+s_soap+s_lab+s_necessity+s_apso",
        "scan_badtext",
        "clean",
        ("lookalike",),
        "crohn_infusion",
    ),
    Order(
        "FAX20260212_133840_0049",
        "packet:s_cover+s_grid+s_necessity+s_hp+s_lab+s_consult",
        "fax_std",
        "clean",
        scenario="knee_replacement",
    ),
    Order(
        "portal-upload-55302", "packet:s_grid+s_hp+s_operation+s_discharge+s_lab", "digital", scenario="lumbar_fusion"
    ),
    Order(
        "FAX20260212_140507_0048",
        "packet:s_cover+s_imaging+s_consult+s_soap+s_necessity",
        "fax_fine",
        "typical",
        ("invalid_icd",),
        "brain_ms_mri",
        turned=((3, 90),),
    ),
)


def draw_samples(out: Path) -> None:
    """Writes `out/inbox` and `out/gold`."""
    for index, order in enumerate(ORDERS):
        write_document(order, SEED + index, out, docs="inbox")


if __name__ == "__main__":
    draw_samples(Path(sys.argv[1]))
