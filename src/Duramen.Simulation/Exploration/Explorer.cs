using System.Collections;
using Duramen.Consensus.Contract;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Simulation.Checking;
using Duramen.Simulation.Reports;

namespace Duramen.Simulation.Exploration;

/// <summary>
/// Visits every state that a small world can get into, nearest first, each once. What a move makes of a node is learned by making it, and looked up from then on; so most
/// states are found without running anything. Then the world is run to each of them, from its beginning, with every checker on.
/// </summary>
public sealed class Explorer : IDisposable
{
    private const int MaxRounds = 50;

    private readonly SimulationOptions _options;
    private readonly ExplorationBounds _bounds;
    private readonly MessageTable _messages = new();
    private readonly ReplicaOutbox _outbox = new();
    private readonly Dictionary<ulong, LocalState> _locals = [];
    private readonly HashSet<ulong> _known = [];
    private readonly List<(int From, Move Move)> _found = [];
    private readonly List<Move> _beginning = [];
    private readonly List<Move> _path = [];
    private LocalState[] _start = [];
    private int _visited;
    private int _depth;
    private long _moves;
    private ulong _hash;

    /// <summary>Prepares the search; with a rule broken if a mutant is named.</summary>
    public Explorer(string protocol, ExplorationBounds bounds, string mutant = "")
    {
        ArgumentNullException.ThrowIfNull(bounds);
        _bounds = bounds;
        _options = LiveWorld.OptionsOf(protocol, mutant, bounds);
    }

    /// <summary>States that were found, or in the second half of the search run, so far.</summary>
    public int Progress { get; private set; }

    /// <summary>Visits all states, or as many as the bounds allow; <paramref name="progress"/> is called now and then, and may throw to end it.</summary>
    public ExplorationResult Run(Action? progress = null)
    {
        try
        {
            Begin();
            for (; _visited < _found.Count && _visited < _bounds.MaxStates; _visited++)
            {
                Visit(_visited);
                Report(_visited, progress);
            }

            _depth = FindPath(_visited - 1);
            RunAll(progress);
        }
        catch (ViolationException violation)
        {
            return Result(violation.Invariant, violation.What);
        }
        catch (DuramenException broken) when (broken.Code == Invariant.Broken)
        {
            return Result("assertion", broken.Message);
        }

        return Result(null, "");
    }

    /// <inheritdoc/>
    public void Dispose() => _outbox.Dispose();

    private ExplorationResult Result(string? invariant, string what)
    {
        bool isWhole = invariant is null && _visited == _found.Count;
        return invariant is null
            ? new ExplorationResult(_visited, _moves, _locals.Count, _depth, isWhole, _hash, null, "", [])
            : new ExplorationResult(_visited, _moves, _locals.Count, _path.Count, isWhole, _hash, invariant, what, Tell());
    }

    private void Report(int number, Action? progress)
    {
        if (number % 1000 == 0)
        {
            Progress = number;
            progress?.Invoke();
        }
    }

    // The first leader is there and known to all, and nothing is on its way.
    private void Begin()
    {
        var world = new LiveWorld(_options, _messages, _outbox);
        for (int round = 0; !IsSettled(world); round++)
        {
            Invariant.Holds(round < MaxRounds);
            int leader = Array.FindIndex(world.Nodes, node => node.Probe!.Role == ReplicaRole.Leader);
            var queue = new Queue<Move>();
            queue.Enqueue(new Move(MoveKind.Wait, leader < 0 ? round % world.Nodes.Length : leader));
            while (queue.TryDequeue(out Move move))
            {
                _beginning.Add(move);
                world.Apply(move);
                foreach (int message in world.Sent)
                {
                    queue.Enqueue(new Move(MoveKind.Deliver, _messages.ReceiverOf(message), message));
                }
            }
        }

        _start = [.. Enumerable.Range(0, world.Nodes.Length).Select(node => Known(world.StateOf(node)))];
        _known.Add(new WorldState([.. _start]).Hash(_bounds, _messages));
        _found.Add((-1, default));
    }

    private static bool IsSettled(LiveWorld world)
    {
        IReplicaProbe first = world.Nodes[0].Probe!;
        return first.Leader != ReplicaId.None && Array.TrueForAll(
            world.Nodes, node => node.Probe!.Leader == first.Leader && node.Probe.Committed == first.Committed && node.Probe.Last == first.Last);
    }

    private void Visit(int number)
    {
        FindPath(number);
        var state = new WorldState([.. _start]);
        foreach (Move taken in _path)
        {
            state.Take(taken, state.Nodes[taken.Node].After(taken)!, _messages);
        }

        _hash += state.Hash(_bounds, _messages);
        foreach (Move move in state.Moves(_bounds, _messages))
        {
            LocalState before = state.Nodes[move.Node];
            if (move.IsLate && !before.After(move with { IsLate = false })!.Writes)
            {
                continue;
            }

            Transition? transition = before.After(move);
            if (transition is null)
            {
                transition = Try(move);
                before.Learn(move, transition);
            }

            _moves++;
            WorldState next = state.Copy();
            next.Take(move, transition, _messages);
            if (next.LeaderChanges <= _bounds.LeaderChanges && _known.Add(next.Hash(_bounds, _messages)))
            {
                _found.Add((number, move));
            }
        }
    }

    // A run to a state goes through all those on its way, so it is enough to run to those that lie on the way to no other.
    private void RunAll(Action? progress)
    {
        var isPassed = new BitArray(_visited);
        for (int number = 1; number < _visited; number++)
        {
            isPassed[_found[number].From] = true;
        }

        for (int number = 0; number < _visited; number++)
        {
            Report(number, progress);
            if (!isPassed[number])
            {
                FindPath(number);
                Replay();
            }
        }
    }

    private int FindPath(int number)
    {
        _path.Clear();
        for (; number > 0; number = _found[number].From)
        {
            _path.Add(_found[number].Move);
        }

        _path.Reverse();
        return _path.Count;
    }

    // Runs the path with every checker on. Where one finds something, the path ends there.
    private LiveWorld Replay()
    {
        var world = new LiveWorld(_options, _messages, _outbox);
        foreach (Move move in _beginning)
        {
            world.Apply(move);
        }

        for (int at = 0; at < _path.Count; at++)
        {
            try
            {
                world.Apply(_path[at]);
            }
            catch
            {
                _path.RemoveRange(at + 1, _path.Count - at - 1);
                throw;
            }
        }

        return world;
    }

    private Transition Try(Move move)
    {
        LiveWorld world = Replay();
        _path.Add(move);
        world.Apply(move);
        _path.RemoveAt(_path.Count - 1);
        return new Transition(Known(world.StateOf(move.Node)), [.. world.Sent], world.Wrote);
    }

    private LocalState Known(LocalState state)
    {
        _locals.TryAdd(state.Fingerprint, state);
        return _locals[state.Fingerprint];
    }

    // The path to what is wrong, told move by move.
    private List<string> Tell()
    {
        var story = new List<string>();
        var timeline = new Timeline();
        _outbox.Clear();
        var world = new LiveWorld(_options, _messages, _outbox, timeline);
        try
        {
            foreach (Move move in _beginning)
            {
                world.Apply(move);
            }

            foreach (Move move in _path)
            {
                int told = timeline.Lines.Count;
                story.Add(TextOf(move));
                try
                {
                    world.Apply(move);
                }
                finally
                {
                    story.AddRange(timeline.Lines.Skip(told).Select(line => "    " + line[(line.IndexOf("ms", StringComparison.Ordinal) + 4)..]));
                }
            }
        }
        catch (Exception end) when (end is ViolationException or DuramenException)
        {
            story.Add(end.Message);
        }

        _outbox.Clear();
        return story;
    }

    private string TextOf(Move move)
    {
        string node = $"n{move.Node + 1}";
        string what = move.Kind switch
        {
            MoveKind.Deliver => $"{node} {MessageText.Of(_messages.BytesOf(move.Argument))}",
            MoveKind.Wait => $"{node} waits until it does something",
            MoveKind.Propose => $"{node} is asked for value {move.Argument + 1}",
            MoveKind.Sync => $"{node} ends its late sync",
            MoveKind.HandOver => $"{node} is asked to hand over to n{move.Argument + 1}",
            _ => $"{node} dies, loses what is not synced, and starts",
        };
        return move.IsLate ? what + "; the sync is late" : what;
    }
}
