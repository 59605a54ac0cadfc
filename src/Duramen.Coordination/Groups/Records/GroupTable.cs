using Duramen.Core.Binary;

namespace Duramen.Coordination.Groups.Records;

/// <summary>What the log of a group machine says: the groups and their offsets. Changed by applying records and by nothing else.</summary>
internal sealed class GroupTable
{
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The names of all groups that have a record, of whatever kind.</summary>
    public IEnumerable<string> GroupIds => _entries.Keys;

    /// <summary>A group's own record; null when it has none, as one that only has offsets.</summary>
    public StoredGroup? Find(string groupId) => _entries.GetValueOrDefault(groupId)?.Group;

    /// <summary>A group's offsets; null when it has none.</summary>
    public StoredOffsets? FindOffsets(string groupId) => _entries.GetValueOrDefault(groupId) is { Offsets.Count: > 0 } entry ? entry.Offsets : null;

    /// <summary>Does what a record says.</summary>
    /// <exception cref="BinaryFormatException">The record is malformed, or of a kind that is not known here.</exception>
    public void Apply(ReadOnlySpan<byte> key, NullableBytes value)
    {
        GroupRecords.ReadKey(key, out string groupId, out string? topic, out int partition);
        if (!_entries.TryGetValue(groupId, out Entry? entry))
        {
            _entries.Add(groupId, entry = new Entry());
        }

        if (topic is null)
        {
            entry.Group = value.IsNull ? null : GroupRecords.ReadGroup(value.Span);
        }
        else if (value.IsNull)
        {
            entry.Offsets.Remove(topic, partition, key.Length);
        }
        else
        {
            entry.Offsets.Set(topic, partition, GroupRecords.ReadOffset(value.Span), key.Length);
        }

        if (entry.Group is null && entry.Offsets.Count == 0)
        {
            _entries.Remove(groupId);
        }
    }

    private sealed class Entry
    {
        public StoredGroup? Group { get; set; }

        public StoredOffsets Offsets { get; } = new();
    }
}
