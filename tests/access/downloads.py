"""Every URL that gives a file away, by what is in it. A download missing here fails `test_access.py`."""

# made from records: their cells are looked at by tests/reports/test_formulas.py
EXPORTS = (
    "branches:roster_export",
    "branches:roster_import_bad_rows",
    "branches:roster_template",
    "schedule:item_export",
    "schedule:task_export",
    "schedule:study_export",
    "schedule:hours_export",
    "schedule:meeting_export",
    "schedule:activity_export",
    "schedule:carrier_export",
    "schedule:table_export",
    "pledges:pledge_export",
    "pledges:coverage_export",
    "reviews:self_review_export",
    "reviews:comment_export",
    "reviews:coverage_export",
    "reviews:result_sheet",
    "awards:nomination_export",
    "awards:honour_export",
    "awards:post_export",
    "awards:brand_export",
    "awards:summary_word",
    "reports:ledger_export",
    "reports:ledger_run_file",
    "reports:snapshot_export",
    "reports:log_export",
    "reports:burden_export",
    "reports:archive_download",
)
# a form the office laid out, with records in it: tests/kernel/test_blanks.py and tests/reports/test_forms.py look at their cells
FORMS = (
    "reports:form_filled",
    "reports:ledger_own",
)
# what people handed in, given back as it came, or with what is wrong in it marked
HANDED_IN = (
    "schedule:table_import_annotated",
    "reports:form_version_file",
    "schedule:item_evidence",
    "schedule:task_evidence",
    "schedule:study_file",
    "schedule:meeting_file",
    "schedule:activity_file",
    "pledges:evidence_file",
    "awards:nomination_file",
    "awards:story_picture",
    "awards:public_picture",
)
# no cell from a record: forms with examples in them, a page for the printer, a calendar for a phone
OTHERS = (
    "reports:form_start",
    "reports:form_version_example",
    "awards:honour_certificate_pdf",
    "awards:round_certificates_pdf",
    "schedule:feed",
)
DOWNLOADS = frozenset((*EXPORTS, *FORMS, *HANDED_IN, *OTHERS))
