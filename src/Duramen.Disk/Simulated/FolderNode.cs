namespace Duramen.Disk.Simulated;

/// <summary>A folder: the names that are seen, those that are durable, and the changes between them in their order.</summary>
internal sealed class FolderNode
{
    private readonly SortedDictionary<string, object> _live = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, object> _durable = new(StringComparer.Ordinal);
    private readonly List<NameChange> _pending = [];

    /// <summary>Names with a <see cref="FileNode"/> or <see cref="FolderNode"/> each, in ordinal order.</summary>
    public IReadOnlyDictionary<string, object> Names => _live;

    public object? Find(string name) => _live.GetValueOrDefault(name);

    /// <summary>Gives a name to a file or folder, taking another name of this folder away in the same step if asked.</summary>
    public void Put(string name, object node, string? insteadOf = null) => Change(new NameChange(name, node, insteadOf));

    public void Remove(string name) => Change(new NameChange(name, null, null));

    /// <summary>Removes every name here and in the folders below.</summary>
    public void Empty()
    {
        foreach ((string name, object node) in _live.ToArray())
        {
            (node as FolderNode)?.Empty();
            Remove(name);
        }
    }

    public void Sync()
    {
        foreach (NameChange change in _pending)
        {
            change.ApplyTo(_durable);
        }

        _pending.Clear();
    }

    /// <summary>A sync failed: what it should have made durable never will be.</summary>
    public void LosePending() => _pending.Clear();

    public void MakeDurable(string name, object node)
    {
        _live[name] = node;
        _durable[name] = node;
    }

    /// <summary>One of the states that a power cut may leave of this folder and everything in it.</summary>
    public FolderNode AfterPowerCut(SplitMix64 random, Dictionary<object, object> done)
    {
        var names = new SortedDictionary<string, object>(_durable, StringComparer.Ordinal);
        var fate = new PowerCutFate(random);
        foreach (NameChange change in _pending)
        {
            if (fate.Survives())
            {
                change.ApplyTo(names);
            }
        }

        var after = new FolderNode();
        done[this] = after;
        foreach ((string name, object node) in names)
        {
            // After half a move between folders a file may have both names, or a folder none.
            if (!done.TryGetValue(node, out object? copy))
            {
                copy = node is FileNode file ? file.AfterPowerCut(random) : ((FolderNode)node).AfterPowerCut(random, done);
                done[node] = copy;
            }

            after.MakeDurable(name, copy);
        }

        return after;
    }

    /// <summary>A copy with all that is pending still pending.</summary>
    public FolderNode Copy(Dictionary<object, object> done)
    {
        var copy = new FolderNode();
        done[this] = copy;
        foreach ((string name, object node) in _live)
        {
            copy._live[name] = CopyOf(node, done);
        }

        foreach ((string name, object node) in _durable)
        {
            copy._durable[name] = CopyOf(node, done);
        }

        foreach (NameChange change in _pending)
        {
            copy._pending.Add(change with { Node = change.Node is null ? null : CopyOf(change.Node, done) });
        }

        return copy;
    }

    private static object CopyOf(object node, Dictionary<object, object> done)
    {
        if (!done.TryGetValue(node, out object? copy))
        {
            copy = node is FileNode file ? file.Copy() : ((FolderNode)node).Copy(done);
            done[node] = copy;
        }

        return copy;
    }

    private void Change(NameChange change)
    {
        change.ApplyTo(_live);
        _pending.Add(change);
    }

    /// <summary>What happens to the names of one folder in one step that a crash does not divide.</summary>
    private readonly record struct NameChange(string Name, object? Node, string? InsteadOf)
    {
        public void ApplyTo(SortedDictionary<string, object> names)
        {
            if (InsteadOf is not null)
            {
                names.Remove(InsteadOf);
            }

            if (Node is null)
            {
                names.Remove(Name);
            }
            else
            {
                names[Name] = Node;
            }
        }
    }
}
