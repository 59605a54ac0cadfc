using Duramen.Core.Ids;
using Duramen.State.Entities.Indexing;

namespace Duramen.State.Entities.Appending;

/// <summary>
/// What the index need not have yet: the last record of every entity, and of every request, that was appended since an offset. Two generations, so that what the index has got to is forgotten
/// many at a time. One owner at a time.
/// </summary>
internal sealed class RecentHeads
{
    // So many entities and requests make a generation; at 100 bytes each this is some 3 MiB.
    internal const int GenerationMax = 32 << 10;

    private Generation _young = new(default);
    private Generation _old = new(default);

    /// <summary>Everything that was appended at or after this offset is here.</summary>
    public Offset From => _old.From;

    /// <summary>The last record of an entity; false when it had none since.</summary>
    public bool TryGet(in HashedKey key, out EntityHead head) => _young.Entities.TryGetValue(key, out head) || _old.Entities.TryGetValue(key, out head);

    /// <summary>The last record of a request; false when there was none since.</summary>
    public bool TryGetRequest(in HashedKey key, string requestId, out EntityHead head) =>
        _young.Requests.TryGetValue((key, requestId), out head) || _old.Requests.TryGetValue((key, requestId), out head);

    /// <summary>Notes the last record of an append.</summary>
    public void Add(in HashedKey key, string? requestId, EntityHead head)
    {
        _young.Entities[key] = head;
        if (requestId is not null)
        {
            _young.Requests[(key, requestId)] = head;
        }
    }

    /// <summary>Forgets what the index has; false when more is kept than should be, since the index is behind.</summary>
    public bool Forget(Offset indexed, Offset end)
    {
        if (_young.Count < GenerationMax)
        {
            return true;
        }

        if (indexed < _young.From)
        {
            return _young.Count < 8 * GenerationMax;
        }

        // All that is in the old generation is below where the young one began.
        Generation forgotten = _old;
        _old = _young;
        forgotten.Begin(end);
        _young = forgotten;
        return true;
    }

    /// <summary>Forgets everything and begins at an offset that the index has got to.</summary>
    public void Begin(Offset from)
    {
        _young.Begin(from);
        _old.Begin(from);
    }

    private sealed class Generation(Offset from)
    {
        public Offset From { get; private set; } = from;

        public int Count => Entities.Count + Requests.Count;

        public Dictionary<HashedKey, EntityHead> Entities { get; } = [];

        public Dictionary<(HashedKey Key, string RequestId), EntityHead> Requests { get; } = [];

        public void Begin(Offset from)
        {
            From = from;
            Entities.Clear();
            Requests.Clear();
        }
    }
}
