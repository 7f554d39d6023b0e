"""The red flag that answers each kind of trap; drawn documents and the judge go by the same table."""

FLAG_OF_TRAP = {
    "invalid_icd": "invalid_diagnosis_code",
    "nonbillable_icd": "nonbillable_diagnosis_code",
    "npi_luhn": "invalid_npi",
    "service_before_birth": "service_date_before_birth",
    "future_dob": "future_dob",
    "conflict": "conflicting_values",
    "ambiguous_selection": "ambiguous_selection",
    "wrong_patient": "patient_mismatch",
    "prompt_injection": "prompt_injection",
}
