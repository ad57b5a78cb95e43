"""Every address of the desk, by hand: how it is asked, and who may. A route without a line here fails its test.

The letters are roles: documenter, officer, reviewer, editor, custodian, auditor, keeper. ``again`` is asked of people
who have not shown who they are in the last five minutes.
"""

from __future__ import annotations

from typing import Final

METHODS: Final = {"read": ("GET", "HEAD"), "write": ("POST",), "form": ("GET", "HEAD", "POST")}
LETTERS: Final = {
    "D": "documenter",
    "O": "officer",
    "R": "reviewer",
    "E": "editor",
    "C": "custodian",
    "A": "auditor",
    "K": "keeper",
}
ROUTES: Final = """
home                    read   DORECAK
search                  read   DOREC--
search_save             write  DOREC--
search_forget           write  DOREC--
record                  read   DOREC--
standing                read   DOREC--
standing_decide         write  DOREC--
standing_undo           write  DOREC--
consent                 read   DOREC--
consent_record          write  DO-EC--
account_consent         read   DOREC--
account_consent_record  write  DO-EC--
source                  read   DOREC--
entry                   read   DOREC--
entries                 read   DO--C--
enter                   form   DO--C--
draft_drop              write  DO--C--
update                  form   DO--C--
loads                   read   -O--C--
load_upload             write  -O--C--
load_map                form   -O--C--
load_use_mapping        write  -O--C--
load_throw_away         write  -O--C--
load_job                read   -O--C--
load_mapping_file       read   -O--C--
load_receipt            read   -O--C--
load_take               write  -O--C--
load_refused            read   -O--C--
load_withdraw           write  -O--C--
figures                 read   DORECAK
figure                  read   DORECAK
figure_members          read   DOREC--
figure_compare          read   DORECAK
export_new              read   -O-E--- again
export_start            write  -O-E--- again
export                  read   -O-E---
export_download         read   -O-E--- again
bulk                    form   DOREC--
bulk_done               read   DOREC--
bulk_undo               write  DOREC--
reports                 read   DORECA-
report_job              read   ---E---
report_draft            read   ---E---
report                  read   DORECA-
report_check            write  DORECA-
report_make             write  ---E---
report_file             read   DORECA-
estimates               read   DORECAK
estimate_ask            write  DORECAK
estimate                read   DORECAK
review                  read   --RE---
review_pair             read   --RE---
review_decide           write  --RE---
review_undo             write  --RE---
linking                 read   -O-E---
linking_start           write  -O-E---
linking_withdraw        write  -O-E---
integrity               read   DORECAK
verify                  write  ---ECAK
deeds                   read   ---E-AK
job                     read   DORECAK
job_cancel              write  DORECAK
job_retry               write  DORECAK
accounts                read   ------K
account_new             form   ------K again
account                 read   ------K
account_change          write  ------K again
own_account             read   DORECAK
sign_out_elsewhere      write  DORECAK
"""
