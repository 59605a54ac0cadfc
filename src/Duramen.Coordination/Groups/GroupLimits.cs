using System.Text;

namespace Duramen.Coordination.Groups;

/// <summary>The fixed limits of groups. They keep what one decision appends within one batch, which holds 64 MiB.</summary>
public static class GroupLimits
{
    /// <summary>The largest size of a group, member, instance or client id and of a protocol's name. Records hold 32,767 bytes, and a member id is a name and 37 bytes.</summary>
    public const int MaxIdSizeBytes = short.MaxValue - MemberIdSuffixLength;

    /// <summary>What is put behind a name to make a member id of it: a hyphen and a random id in its 36-character form.</summary>
    public const int MemberIdSuffixLength = 37;

    /// <summary>The largest record of a group: the subscriptions and assignments of all members in one generation. Kafka's default is 1 MiB, which large Streams applications outgrow.</summary>
    public const int MaxGroupRecordSizeBytes = 8 << 20;

    /// <summary>The most records of offsets that one decision appends, and the most offsets of one group, so that one decision can delete it.</summary>
    public const int MaxOffsetRecords = 90_000;

    /// <summary>The largest size of the records of offsets that one decision appends, and of the keys of one group's offsets.</summary>
    public const int MaxOffsetRecordsSizeBytes = 32 << 20;

    /// <summary>The longest metadata of an offset that can be allowed: a record holds 32,767 bytes of it, and a character has up to three.</summary>
    public const int OffsetMetadataMaxLength = short.MaxValue / 3;

    /// <summary>
    /// How long the first join of a member may be parked. Until it is answered the member does not know its id and sends no heartbeats; one that
    /// is still there tries again.
    /// </summary>
    public const int NewMemberJoinTimeoutMs = 5 * 60 * 1000;

    /// <summary>
    /// The memory that the ids of those may take who were told to come back with one and have not yet, in all groups of one machine: some 20,000 of the usual
    /// length. Each is kept for as long as its caller's session.
    /// </summary>
    public const long MaxReservedIdsSizeBytes = 8 << 20;

    /// <summary>What a reserved id takes besides its characters: its timer and its places in the tables.</summary>
    internal const int ReservedIdSizeBytes = 300;

    /// <summary>The most deadlines handled in one tick; the next tick follows at once.</summary>
    public const int MaxDeadlinesPerTick = 1000;

    internal static bool IsTooLong(string? id) => id is not null && id.Length > MaxIdSizeBytes / 3 && Encoding.UTF8.GetByteCount(id) > MaxIdSizeBytes;
}
