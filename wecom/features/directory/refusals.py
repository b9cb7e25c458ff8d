"""What the directory refuses, and the sentence a person then sees."""

from wecom.foundation.errors import Busy, Conflict, Denied, Invalid, Missing


class NoSuchMember(Missing):
    """There is no such member, or none that you may see: check the userid."""


class NoSuchDepartment(Missing):
    """There is no such department, or none that you may see: check the department's id."""


class NoSuchParent(Missing):
    """The department to put this one under does not exist: choose another parent."""


class NoSuchTag(Missing):
    """There is no such tag: check the tag's id."""


class NoSuchRule(Missing):
    """There is no such visibility rule: check the rule's id."""


class NoSuchAttribute(Missing):
    """There is no such extended attribute: check its name."""


class DirectoryBusy(Busy):
    """The directory is being changed as a whole, by an import or LDAP: try again in a minute."""


class OutsideSight(Denied):
    """This member, department or tag lies outside what you may see or change: ask an administrator."""


class InvalidText(Invalid):
    """The text holds characters that cannot be kept: take out control characters."""


class InvalidUserid(Invalid):
    """A userid has 1 to 64 of A-Z, a-z, 0-9, _, -, @ and ., and begins with a letter or digit: choose another."""


class UseridTaken(Conflict):
    """Another member has this userid: choose another."""


class UseridFixed(Conflict):
    """This userid cannot be changed: it was chosen by a person, or has been changed already."""


class InvalidName(Invalid):
    """A member's name has 1 to 64 characters: correct it."""


class InvalidAlias(Invalid):
    """An alias has at most 64 characters: shorten it."""


class InvalidEnglishName(Invalid):
    """An English name has at most 64 characters: shorten it."""


class InvalidMobile(Invalid):
    """A mobile number has 5 to 20 digits, with + and the country code outside China: correct it."""


class MobileTaken(Conflict):
    """Another member has this mobile number: check whose it is."""


class InvalidEmail(Invalid):
    """An e-mail address has 6 to 64 bytes and one @ with a domain after it: correct it."""


class EmailTaken(Conflict):
    """Another member has this e-mail address: check whose it is."""


class InvalidBizMail(Invalid):
    """A work e-mail address has 6 to 64 bytes and one @ with a domain after it: correct it."""


class BizMailTaken(Conflict):
    """Another member has this work e-mail address: check whose it is."""


class NoContact(Invalid):
    """A member needs a mobile number or an e-mail address: give one of them."""


class InvalidTelephone(Invalid):
    """A telephone number has at most 32 of the digits, -, + and the comma: correct it."""


class InvalidPosition(Invalid):
    """A position has at most 128 characters: shorten it."""


class InvalidAddress(Invalid):
    """An address has at most 128 characters: shorten it."""


class InvalidGender(Invalid):
    """A gender is 0 (not said), 1 (male) or 2 (female): choose one of them."""


class InvalidAttribute(Invalid):
    """An extended attribute's value does not fit its kind: give text, or a title and a URL."""


class InvalidExternalPosition(Invalid):
    """The position shown outside has at most 12 characters: shorten it."""


class InvalidExternalProfile(Invalid):
    """What is shown of a member outside is too large or misshapen: send fewer attributes."""


class TooManyDepartments(Invalid):
    """A member belongs to at most 100 departments: give fewer."""


class NoDepartment(Invalid):
    """A member belongs to at least one department: give one."""


class InvalidPlaces(Invalid):
    """Each department needs one order and one leader mark, and each stands once: make the lists equally long."""


class InvalidMainDepartment(Invalid):
    """The main department must be one of the member's departments: choose one of them."""


class TooManyLeaders(Invalid):
    """A member has at most five direct leaders: give fewer."""


class InvalidLeader(Invalid):
    """A direct leader must be another member: check the userid."""


class InvalidDepartmentId(Invalid):
    """A department's id is a number from 1 to 2147483647: choose another, or none to get one."""


class InvalidDepartmentName(Invalid):
    """A department's name has 1 to 64 characters: correct it."""


class IllegalDepartmentName(Invalid):
    """A department's name has none of \\ : * ? " < > | in it: take them out."""


class InvalidOrder(Invalid):
    """An order is a number from 0 to 4294967295: correct it."""


class DepartmentExists(Conflict):
    """Another department has this id, or this name under the same parent: choose another."""


class DepartmentCycle(Conflict):
    """A department cannot lie under itself: choose another parent."""


class DepartmentTooDeep(Conflict):
    """Departments nest at most 15 deep: choose a higher parent."""


class DepartmentFull(Conflict):
    """A department holds at most 30,000 members and departments: choose another."""


class TooManyInAll(Conflict):
    """There are at most 30,000 departments: delete some first."""


class DepartmentHasMembers(Conflict):
    """The department still has members: move them first."""


class DepartmentHasDepartments(Conflict):
    """The department still has departments under it: move them first."""


class DepartmentInUse(Conflict):
    """The department is still someone's scope or stands in a visibility rule: change that first."""


class RootDepartment(Conflict):
    """The root department cannot be deleted or moved."""


class InvalidTagName(Invalid):
    """A tag's name has 1 to 32 characters: correct it."""


class InvalidTagId(Invalid):
    """A tag's id is a number from 0 to 2147483647: choose another, or none to get one."""


class TagExists(Conflict):
    """Another tag has this id or name: choose another."""


class TagFull(Conflict):
    """A tag holds at most 30,000 members and departments: make another tag."""


class TagOfAnother(Denied):
    """The tag belongs to another app: ask for it there."""


class InvalidAttributeDefinition(Invalid):
    """An extended attribute has a name of 1 to 32 characters and is of kind text or web: correct it."""


class AttributeExists(Conflict):
    """There is an extended attribute of this name: choose another."""


class InvalidRule(Invalid):
    """A visibility rule names at least one member or department that it is about: name one."""


class InvalidSearch(Invalid):
    """A search has 1 to 64 characters: shorten it."""


class InvalidTable(Invalid):
    """The table names nobody, or has lines that do not say whom they are about: complete it and send it again."""


class DuplicateUserid(Invalid):
    """The table names somebody more than once: leave one line of each."""


class DuplicateDepartment(Invalid):
    """The table has a department more than once: leave one line of each."""


class DuplicateSibling(Invalid):
    """Two departments of the table have the same name under one parent: rename one of them."""


class NotATree(Invalid):
    """The departments of the table are no tree: each needs an id, a name and a parent that leads to the root."""


class TooManyWouldLeave(Conflict):
    """So many members would leave that the table is taken for one that was cut short: nothing was done."""


class TooManyWouldGo(Conflict):
    """So many departments would be deleted that the table is taken for one that was cut short: nothing was done."""


class MaintainedInLdap(Denied):
    """This is maintained in the company's LDAP directory: change it there, and it is changed here soon after."""
