using Duramen.Core.Ids;

namespace Duramen.Simulation.Exploration;

/// <summary>A state of one node, known by its fingerprint, and what every move tried so far made of it.</summary>
internal sealed class LocalState
{
    private readonly Dictionary<long, Transition> _transitions = [];

    public LocalState(ulong fingerprint, Epoch? leads, bool isLate)
    {
        Fingerprint = fingerprint;
        Leads = leads;
        IsLate = isLate;
    }

    public ulong Fingerprint { get; }

    /// <summary>The epoch in which it leads, if it does.</summary>
    public Epoch? Leads { get; }

    /// <summary>Whether it waits for a late sync.</summary>
    public bool IsLate { get; }

    /// <summary>What a move makes of it; null while that was not tried.</summary>
    public Transition? After(Move move) => _transitions.GetValueOrDefault(move.Input);

    public void Learn(Move move, Transition transition) => _transitions.Add(move.Input, transition);
}
