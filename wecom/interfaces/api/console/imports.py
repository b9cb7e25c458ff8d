"""Tables of people: uploaded, looked at, applied."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import rosters
from wecom.features.accounts import Personnel
from wecom.features.rosters import Change, Does, Line, Refusal, Roster, State
from wecom.foundation.db import Db, Pool, Tx, transaction
from wecom.foundation.http import Caller, Endpoints, Upload
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..wire import Id, Text

endpoints = Endpoints("/api/console/imports", tag="Console: imports")


class HowToRead(BaseModel):
    """How the table is to be taken."""

    model_config = ConfigDict(extra="forbid")
    blank_clears: bool = Field(False, description="An empty cell clears the field, instead of saying nothing.")
    top: Annotated[Text, Field(max_length=64)] = Field(
        "", description="What the table calls the company, where departments are ways; empty: it is found out."
    )


class OfImport(BaseModel):
    """Which import."""

    import_id: Id = Field(description="The import's id.")


class Page(BaseModel):
    """Which of its rows."""

    model_config = ConfigDict(extra="forbid")
    cursor: int = Field(0, ge=0, lt=2**31, description="The `cursor` of the last page; 0: from the first row.")
    limit: int = Field(100, ge=1, le=1000)
    does: Does | None = Field(None, description="Only rows of which this is so.")


class ChangeView(BaseModel):
    """One field, as it is and as it would be."""

    field: str
    before: str
    after: str

    @classmethod
    def of(cls, each: Change) -> "ChangeView":
        return cls(field=each.field, before=each.before, after=each.after)


class RowRefusalView(BaseModel):
    """Why a line is left out, or a part of it."""

    error: str = Field(description="The refusal's name.")
    about: str = Field(description="Which cell or part of the line; empty: all of it.")
    message: str

    @classmethod
    def of(cls, each: Refusal) -> "RowRefusalView":
        return cls(error=each.name, about=each.about, message=each.text)


class RowView(BaseModel):
    """A line of the table, and what becomes of it."""

    part: str = Field(description="The table: members, departments or tags.")
    line: int = Field(description="As a spreadsheet counts; 0: none in particular.")
    userid: str = Field(description="Of a department its id, of a tag its name.")
    name: str
    does: Does
    changes: list[ChangeView]
    refusals: list[RowRefusalView] = Field(
        description="Why it is left out; where `does` is not refused, which part of it cannot be used."
    )

    @classmethod
    def of(cls, each: Line) -> "RowView":
        return cls(
            part=each.part,
            line=each.line,
            userid=each.what,
            name=each.name,
            does=each.does,
            changes=[ChangeView.of(change) for change in each.changes],
            refusals=[RowRefusalView.of(refusal) for refusal in each.refusals],
        )


class ImportCounts(BaseModel):
    """Rows by what becomes of them, and what else it means. All are 0 until it was read."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    partly: int = Field(0, description="Rows that go in, and of which a part cannot be used.")
    members_added: int = 0
    members_disabled: int = Field(0, description="Members who are signed out and kept out by it.")
    members_enabled: int = 0
    departments_added: int = 0
    departments_changed: int = 0
    departments_deleted: int = 0
    tags_added: int = 0


class ImportView(BaseModel):
    """An import, and how far it is."""

    id: int
    name: str = Field(description="The file's.")
    size: int
    made_by: int
    made_at: Instant
    ended_at: Instant | None
    blank_clears: bool
    state: State = Field(
        description="reading, then ready to be looked at; applying once that was asked for, then done. refused: see "
        "`message`. Back from applying to ready where the company had changed since: look again."
    )
    progress: int = Field(description="Percent of reading, or of applying.")
    refusal: str = Field(description="The refusal's name, where `state` is refused.")
    message: str = Field(description="Why it was refused, or must be looked at again; empty otherwise.")
    counts: ImportCounts
    departments_made: list[str] = Field(description="Departments that members are in and that were not there.")
    departments_deleted: list[str] = Field(description="Departments that go, as nobody is in them then.")
    unused_columns: list[str]
    taken_for_company: str = Field(description="What of the ways to departments was taken for the company itself.")

    @classmethod
    def of(cls, each: Roster) -> "ImportView":
        return cls(
            id=each.id,
            name=each.name,
            size=each.size,
            made_by=each.made_by,
            made_at=each.made_at,
            ended_at=each.ended_at,
            blank_clears=each.blank_clears,
            state=each.state,
            progress=each.percentage,
            refusal=each.refusal,
            message=each.message,
            counts=ImportCounts(**each.counts),
            departments_made=each.about.get("made", []),
            departments_deleted=each.about.get("deleted", []),
            unused_columns=each.about.get("unused", []),
            taken_for_company=each.about.get("top", ""),
        )


class ImportPage(ImportView):
    """An import and some of its rows."""

    rows: list[RowView]
    cursor: int | None = Field(description="What to give as `cursor` for more rows; null: there are none.")


class ImportList(BaseModel):
    """Imports, newest first: an administrator's view has everybody's."""

    imports: list[ImportView]


@endpoints.post("")
async def create_import(
    pool: Pool, me: Personnel, caller: Caller, services: Services, query: HowToRead, file: Upload
) -> ImportView:
    """Upload a table of people, as .xlsx or .csv, to see what it would change. Nothing is changed by that.

    Takes what `wecom import` takes, WeCom's own templates and exports too. Where it is not an administrator who asks,
    departments, tags and members who hold a role are left out. The file is kept until it is applied, for a day at most.
    """
    kept = await rosters.take(services.blobs, file.name, file.chunks(), declared=file.declared)
    async with transaction(pool) as tx:
        made = await rosters.begin(tx, me, kept, blank_clears=query.blank_clears, top=query.top, address=caller.address)
    return ImportView.of(made)


@endpoints.get("")
async def list_imports(db: Db, me: Personnel) -> ImportList:
    """The newest twenty imports."""
    return ImportList(imports=[ImportView.of(each) for each in await rosters.listed(db, me, 20)])


@endpoints.get("/{import_id}")
async def read_import(db: Db, me: Personnel, path: OfImport, query: Page) -> ImportPage:
    """How far an import is, and what becomes of its rows."""
    found = await rosters.find(db, me, path.import_id)
    rows = await rosters.lines(db, found, query.cursor, query.limit, query.does)
    more = len(rows) == query.limit
    return ImportPage(
        **ImportView.of(found).model_dump(),
        rows=[RowView.of(each) for each in rows],
        cursor=rows[-1].number if more else None,
    )


@endpoints.post("/{import_id}/apply")
async def apply_import(tx: Tx, me: Personnel, caller: Caller, path: OfImport) -> ImportView:
    """Do what was looked at: exactly that, or nothing. Asked again, it is done once.

    Where the company has changed since so that it would do something else, it does nothing and is `ready` again.
    Refused as RosterNotReady (409) while it is being read, and when it was refused.
    """
    return ImportView.of(await rosters.apply(tx, me, path.import_id, address=caller.address))


@endpoints.delete("/{import_id}")
async def delete_import(tx: Tx, me: Personnel, caller: Caller, path: OfImport) -> None:
    """Throw an import away, with its file. What was applied stays done."""
    await rosters.discard(tx, me, path.import_id, address=caller.address)
