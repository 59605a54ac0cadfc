namespace Duramen.Storage.Journaling;

/// <summary>
/// One thing that is to happen in journal order: decided and written into a group, applied once the group is durable, then answered.
/// The first two steps run on the committer, one operation after the other in the order of submission, so that what they touch of a log needs no
/// other guard between <see cref="Prepare"/> and <see cref="Apply"/>.
/// </summary>
internal abstract class JournalOperation
{
    /// <summary>Decides, and writes an entry. Nothing may have changed when this returns <see cref="Prepared.NoRoom"/> or throws.</summary>
    public abstract Prepared Prepare(GroupBuilder group);

    /// <summary>Applies the entry, which is durable now. Must not fail.</summary>
    public abstract void Apply();

    /// <summary>Answers the caller, and may run the caller's code before it returns; not on the committer, therefore.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that the operation did not happen or, once prepared, that it may or may not have.</summary>
    public abstract void Fail(Exception cause);
}
