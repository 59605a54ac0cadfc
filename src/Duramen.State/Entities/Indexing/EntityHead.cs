using Duramen.Core.Ids;

namespace Duramen.State.Entities.Indexing;

/// <summary>What has to be known of an entity to append to it: the version and the place of its last record. The default is that of an entity without records.</summary>
internal readonly record struct EntityHead(EntityVersion Version, Offset Offset)
{
    /// <summary>The same, or that of an entity without records when the record was trimmed from a log that starts here.</summary>
    public EntityHead Since(Offset start) => Offset >= start ? this : default;

    /// <summary>
    /// The version of a record, from the version of the record before it and from what it says of itself. It is believed when it is ahead, since records before it may be gone, and when
    /// it is no more than the number of records that can have come before: a header that a stranger made up cannot use up the numbers.
    /// </summary>
    public static EntityVersion VersionAfter(EntityVersion previous, long? carried, Offset offset) =>
        carried is long version && version > previous.Value && version <= offset.Value + 1 ? new EntityVersion(version) : previous.Plus(1);
}
