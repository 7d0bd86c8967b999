"""The register of households ever monitored (监测台账, D8): as the county brings it along, and as
casework tells of whoever was identified since.
"""

from datetime import date

from sqlmodel import Field

from kit.database.columns import coded, hashed
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import Coded, RiskCause, Stratum
from services.county.service import Table


class LedgerSource(Coded):
    """Who says it: the county's own sheet, casework's decision of a file while the sheet still is the
    ledger, or casework's register.
    """

    SHEET = "sheet", "县级台账"
    IDENTIFIED = "identified", "监测帮扶新识别"
    CASEWORK = "casework", "监测帮扶"


class MonitoredHousehold(Table, table=True):
    """One identification of one household. `key` tells the same row when it is brought again.

    `household`: found by 户编号, else by the ID number of its head or a member. `in_use`: whether the
    ledger is read from it; once the ledger has moved only casework's rows are, and the others are there
    to be compared. `persons`: on the day of the identification; how many they are on a later day the
    copy of the register says of those that casework identified.
    """

    __tablename__ = "monitored_household"
    id: str = Field(default_factory=new_id, primary_key=True)
    key: str = hashed(unique=True)  # number, else ID number, with the day of identification
    number: str | None = Field(default=None, index=True)
    head_name: str = Field(index=True)
    household: str | None = Field(default=None, index=True)  # of our copy of the register
    id_number: str | None = encrypted(default=None)
    id_hash: str | None = hashed(default=None, index=True)
    phone: str | None = encrypted(default=None)
    village: str = Field(index=True)
    category: Stratum = coded(Stratum, index=True)  # one of the three monitored ones
    persons: int
    identified_on: date
    channel: str | None = None
    cause: RiskCause | None = coded(RiskCause, default=None)
    eliminated_on: date | None = None
    eliminated_mode: str | None = None
    persons_eliminated: int | None = None  # None: as many as `persons`
    remarks: str | None = encrypted(default=None)
    file: str | None = Field(default=None, unique=True)  # casework's, of a row of IDENTIFIED
    source: LedgerSource = coded(LedgerSource, default=LedgerSource.SHEET)
    in_use: bool = Field(default=True, index=True)
    version: int = 0  # casework's; of the sheet's row that of its last handing over
    handed_on: date | None = None  # the sheet's row, as it stands, went over to casework
    in_ledger: bool = False  # casework's row stands in the ledger that was handed over
    lapsed_on: date | None = None  # 自然减少, as casework says
