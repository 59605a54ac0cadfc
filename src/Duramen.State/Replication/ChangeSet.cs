using Duramen.State.Store;

namespace Duramen.State.Replication;

/// <summary>Keys with their new values, the last of each, found without copying the key and listed in the order in which they were first set.</summary>
internal sealed class ChangeSet
{
    private readonly Dictionary<byte[], int> _places = new(ByteOrder.Instance);
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _placesBySpan;
    private readonly List<StateChange> _changes = [];

    public ChangeSet() => _placesBySpan = _places.GetAlternateLookup<ReadOnlySpan<byte>>();

    public IReadOnlyList<StateChange> InOrder => _changes;

    /// <summary>Whether the key is here; its value is null when it is removed.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out byte[]? value)
    {
        bool isThere = _placesBySpan.TryGetValue(key, out int place);
        value = isThere ? _changes[place].Value : null;
        return isThere;
    }

    public void Set(ReadOnlySpan<byte> key, byte[]? value)
    {
        if (_placesBySpan.TryGetValue(key, out int place))
        {
            _changes[place] = _changes[place] with { Value = value };
            return;
        }

        byte[] copy = key.ToArray();
        _places.Add(copy, _changes.Count);
        _changes.Add(new StateChange(copy, value));
    }

    public void CopyTo(SortedDictionary<byte[], byte[]?> destination, KeyRange range)
    {
        foreach (StateChange change in _changes)
        {
            if (range.Contains(change.Key))
            {
                destination[change.Key] = change.Value;
            }
        }
    }

    public void Clear()
    {
        _places.Clear();
        _changes.Clear();
    }
}
