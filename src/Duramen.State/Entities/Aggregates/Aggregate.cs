namespace Duramen.State.Entities.Aggregates;

/// <summary>
/// An entity as an object: its state is the fold of its events, and a change of it is an event. Derive from it, decide in public methods, and <see cref="Raise"/> what was decided.
/// One owner, one thread.
/// </summary>
/// <typeparam name="TEvent">What all events of the entity have in common.</typeparam>
public abstract class Aggregate<TEvent>
{
    private readonly List<TEvent> _raised = [];

    /// <summary>The entity; set when it is loaded.</summary>
    public EntityKey Key { get; internal set; }

    /// <summary>The version of the entity that the state is of, without what was raised since.</summary>
    public EntityVersion Version { get; internal set; }

    /// <summary>What was raised and is not saved yet.</summary>
    public IReadOnlyList<TEvent> Raised => _raised;

    /// <summary>Applies an event that was decided now, to be saved with the others.</summary>
    protected void Raise(TEvent raised)
    {
        Apply(raised);
        _raised.Add(raised);
    }

    /// <summary>Changes the state as an event says; the only code that does. Depends on nothing but the event and the state.</summary>
    protected abstract void Apply(TEvent happened);

    /// <summary>Applies an event of the log.</summary>
    internal void Replay(TEvent happened) => Apply(happened);

    /// <summary>What was raised is in the log, up to a version.</summary>
    internal void MarkSaved(EntityVersion version)
    {
        Version = version;
        _raised.Clear();
    }
}
