namespace Duramen.Simulation.Exploration;

/// <summary>
/// A state of the whole world: that of each node, the messages on their way, and how much of what is bounded has happened. Each link keeps the order of its messages and
/// loses any of them: whichever arrives, those sent before it on that link never will.
/// </summary>
internal sealed class WorldState
{
    private readonly List<int>[] _links;
    private readonly int[] _happened = new int[Enum.GetValues<MoveKind>().Length];
    private int _lateSyncs;
    private int _lost;

    /// <summary>A world that stands still, with one leader.</summary>
    public WorldState(LocalState[] nodes)
    {
        Nodes = nodes;
        _links = new List<int>[nodes.Length * nodes.Length];
        for (int link = 0; link < _links.Length; link++)
        {
            _links[link] = [];
        }
    }

    public LocalState[] Nodes { get; }

    /// <summary>How often somebody came to lead.</summary>
    public int LeaderChanges { get; private set; }

    /// <summary>Lets a move happen.</summary>
    public void Take(Move move, Transition transition, MessageTable messages)
    {
        _happened[(int)move.Kind]++;
        _lateSyncs += move.IsLate ? 1 : 0;
        if (move.Kind == MoveKind.Deliver)
        {
            List<int> link = LinkOf(messages, move.Argument);
            int before = link.IndexOf(move.Argument);
            _lost += before;
            link.RemoveRange(0, before + 1);
        }

        foreach (int message in transition.Sent)
        {
            LinkOf(messages, message).Add(message);
        }

        LeaderChanges += transition.Next.Leads is not null && transition.Next.Leads != Nodes[move.Node].Leads ? 1 : 0;
        Nodes[move.Node] = transition.Next;
    }

    /// <summary>The same world, to go on apart from this one.</summary>
    public WorldState Copy()
    {
        var copy = new WorldState([.. Nodes]) { _lateSyncs = _lateSyncs, _lost = _lost, LeaderChanges = LeaderChanges };
        for (int link = 0; link < _links.Length; link++)
        {
            copy._links[link].AddRange(_links[link]);
        }

        _happened.CopyTo(copy._happened, 0);
        return copy;
    }

    /// <summary>Stands for the state.</summary>
    public ulong Hash(ExplorationBounds bounds, MessageTable messages)
    {
        ulong hash = Digest.Mix((ulong)LeaderChanges, (ulong)_lateSyncs);
        hash = bounds.Losses is null ? hash : Digest.Mix(hash, (ulong)_lost);
        foreach (MoveKind kind in (ReadOnlySpan<MoveKind>)[MoveKind.Wait, MoveKind.Propose, MoveKind.Crash, MoveKind.HandOver])
        {
            hash = Digest.Mix(hash, (ulong)_happened[(int)kind]);
        }

        foreach (LocalState node in Nodes)
        {
            hash = Digest.Mix(hash, node.Fingerprint);
        }

        foreach (List<int> link in _links)
        {
            foreach (int message in link)
            {
                hash = Digest.Mix(hash, messages.DigestOf(message));
            }

            hash = Digest.Mix(hash, (ulong)link.Count);
        }

        return hash;
    }

    /// <summary>Everything that can happen next; what the disk may delay comes once more behind it, as late.</summary>
    public List<Move> Moves(ExplorationBounds bounds, MessageTable messages)
    {
        var moves = new List<Move>();
        foreach (List<int> link in _links)
        {
            int arriving = bounds.Losses is int losses ? Math.Min(link.Count, 1 + losses - _lost) : link.Count;
            for (int at = 0; at < arriving; at++)
            {
                int message = link[at];
                var delivery = new Move(MoveKind.Deliver, messages.ReceiverOf(message), message);
                if (!moves.Contains(delivery))
                {
                    moves.Add(delivery);
                }
            }
        }

        for (int node = 0; node < Nodes.Length; node++)
        {
            if (_happened[(int)MoveKind.Wait] < bounds.Waits)
            {
                moves.Add(new Move(MoveKind.Wait, node));
            }

            if (Nodes[node].Leads is not null && _happened[(int)MoveKind.Propose] < bounds.Values)
            {
                moves.Add(new Move(MoveKind.Propose, node, _happened[(int)MoveKind.Propose]));
            }

            for (int other = 0; other < Nodes.Length && Nodes[node].Leads is not null && _happened[(int)MoveKind.HandOver] < bounds.HandOvers; other++)
            {
                if (other != node)
                {
                    moves.Add(new Move(MoveKind.HandOver, node, other));
                }
            }
        }

        int writing = moves.Count;
        for (int i = 0; i < writing && _lateSyncs < bounds.LateSyncs; i++)
        {
            if (!Nodes[moves[i].Node].IsLate)
            {
                moves.Add(moves[i] with { IsLate = true });
            }
        }

        for (int node = 0; node < Nodes.Length; node++)
        {
            if (Nodes[node].IsLate)
            {
                moves.Add(new Move(MoveKind.Sync, node));
            }

            if (_happened[(int)MoveKind.Crash] < bounds.Crashes)
            {
                moves.Add(new Move(MoveKind.Crash, node));
            }
        }

        return moves;
    }

    private List<int> LinkOf(MessageTable messages, int message) => _links[(messages.SenderOf(message) * Nodes.Length) + messages.ReceiverOf(message)];
}
