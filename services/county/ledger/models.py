"""The register of households ever monitored (监测台账, D8): as the county brings it along, and as
casework tells of whoever was identified since.
"""

from datetime import date

from sqlmodel import Field

from kit.database.columns import coded, hashed
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import RiskCause, Stratum
from services.county.service import Table


class MonitoredHousehold(Table, table=True):
    """One identification of one household. `key` tells the same row when it is brought again.

    `household`: found by 户编号, else by the ID number of its head or a member. `persons`: on the day of
    the identification; how many they are on a later day the copy of the register says of those that
    casework identified.
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
    file: str | None = Field(
        default=None, unique=True
    )  # casework's; None: brought along by a sheet
