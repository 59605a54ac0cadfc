using Duramen.Consensus.Contract;
using Duramen.Core.Ids;
using Duramen.Simulation.Checking;
using Duramen.Simulation.Disks;
using Duramen.Simulation.Events;
using Duramen.Simulation.Reports;

namespace Duramen.Simulation.Nodes;

// The effects of a step, in an order of the host's choice, with a possible death before each.
internal sealed partial class SimulatedNode
{
    /// <summary>Whether it is to switch to a snapshot that is not synced yet.</summary>
    public bool IsSwitching => _switchesAt != PersistId.None;

    private bool IsAlive => Status == NodeStatus.Running;

    /// <summary>A sync that was begun has ended.</summary>
    public void EndSync()
    {
        if (FailsNextSync)
        {
            FailsNextSync = false;
            Disk.FailSync();
            _group.Trace(Number, "fails to sync");
            if (_group.Options.Mutant != "S02")
            {
                _group.Observer.Saw(Situation.SyncFailed);

                // A failed sync is final: what it was to write may never get there.
                Crash(losesPower: true);
                _group.RestartLater(this);
                return;
            }

            _group.Checks.FailedToSync(this);
            IsPoisoned = true;
            Persisted(Disk.SyncedByMistake);
            return;
        }

        PersistId synced = Disk.EndSync(isFolderSynced: _group.Options.Mutant != "S03");
        _group.Checks.Synced(this);
        Persisted(synced);
    }

    private void Persisted(PersistId synced)
    {
        _synced = synced;
        while (IsAlive && _held.TryPeek(out (PersistId After, ReplicaId To, byte[] Bytes, int LengthBytes) held) && held.After <= synced)
        {
            _held.Dequeue();
            Send(held.To, held.Bytes.AsSpan(0, held.LengthBytes));
            _group.Network.Return(held.Bytes);
            Survives();
        }

        if (IsAlive && _switchesAt != PersistId.None && _switchesAt <= synced)
        {
            SwitchState();
        }

        if (IsAlive)
        {
            Stepping.Persisted(synced, _outbox);
            Disk.Image.IsUnreadable = false;
            _group.Checks.Persisted(this);
            CarryOut();
        }

        if (IsAlive && _trimAfterSync > EntryIndex.Zero && !Disk.IsRolling)
        {
            _trimmed = EntryIndex.Max(_trimmed, _trimAfterSync);
            _trimAfterSync = EntryIndex.Zero;
            Stepping.Trim(_trimmed, _outbox);
            GroupChecks.Trimmed(this, _trimmed);
            CarryOut();
        }

        if (IsAlive && Disk.IsDirty && !Disk.IsSyncing)
        {
            BeginSync();
        }
    }

    private void CarryOut()
    {
        Disk.Image.IsUnreadable = false;
        _group.Explain(this, _outbox);
        _group.Observer.Stepped(this, _outbox);
        _group.Checks.Stepped(this, _outbox);
        if (_outbox.HasPersist && Survives())
        {
            Write();
        }

        for (int i = 0; IsAlive && i < _outbox.MessageCount; i++)
        {
            if (Survives())
            {
                SendOrHold(_outbox.Message(i));
            }
        }

        foreach (PlacedRequest placed in IsAlive ? _outbox.Placed : [])
        {
            _placed.Enqueue(new PendingRequest(placed.Token.Value, placed.Index, placed.Epoch));
        }

        foreach (RejectedRequest rejected in IsAlive ? _outbox.Rejected : [])
        {
            _group.Rejected(this, rejected.Token.Value, rejected.Reason);
        }

        foreach (ReadyRead read in IsAlive ? _outbox.Reads : [])
        {
            _group.Checks.ReadReleased(this, read.Token.Value, read.Index);
            _reads.Add(new PendingRequest(read.Token.Value, read.Index, Epoch.Zero));
        }

        foreach (ReplicaId to in IsAlive ? _outbox.SnapshotsWanted : [])
        {
            SendSnapshot(to);
        }

        if (IsAlive && _outbox.Committed > EntryIndex.Zero && Survives())
        {
            Apply(_outbox.Committed);
        }

        if (IsAlive && _reads.Count > 0)
        {
            AnswerReads();
        }

        _outbox.Clear();
    }

    private bool Survives()
    {
        if (_effectsLeft != int.MaxValue && _effectsLeft-- <= 0)
        {
            _group.Observer.Saw(Situation.DeathAtEffect);
            Crash(losesPower: _diskChance.NextBool(0.7));
            _group.RestartLater(this);
        }

        return IsAlive;
    }

    private void Write()
    {
        PersistEffect effect = _outbox.Persist;
        byte[]? state = null;
        if (effect.Snapshot is not null)
        {
            _received = _offered;
            state = _received!.Value.State;
            _switchesAt = effect.Id;
            _trimAfterSync = EntryIndex.Zero;
            _trimmed = effect.Snapshot.Index;
        }

        Disk.Write(effect, state);
        if (_group.NowUs < FullUntilUs && !FindsRoom())
        {
            return;
        }

        if (!Disk.IsSyncing)
        {
            BeginSync();
        }
    }

    // A write that fails is final, like a sync: what it was to say must not be said, and the replica believes that it is under way.
    private bool FindsRoom()
    {
        Disk.RunFull(_diskChance);
        _group.Observer.Saw(Situation.DiskFull);
        _group.Trace(Number, "finds no room on its disk");
        if (_group.Options.Mutant == "S05")
        {
            return true;
        }

        Crash(losesPower: false);
        _group.RestartLater(this);
        return false;
    }

    private void BeginSync()
    {
        Disk.BeginSync();
        NodeOptions options = _group.Options.Nodes;
        long delay = options.MinSyncUs + _diskChance.NextInt64(0, options.MoreSyncUs + 1);

        // A whole state takes longer than some entries.
        long times = Disk.IsRolling ? _diskChance.NextInt64(1, MostTimesForState) : 1;
        delay *= _group.NowUs < SlowUntilUs ? TimesWhenSlow : times;
        _group.Events.Add(_group.NowUs + delay, new SimulatedEvent(EventKind.Synced, Number, Life));
    }

    private void SendOrHold(in OutgoingMessage message)
    {
        if (message.After <= _synced)
        {
            // Nothing obliges a host to keep the order of messages.
            Send(message.To, message.Bytes);
            return;
        }

        byte[] bytes = _group.Network.Rent(message.Bytes.Length);
        message.Bytes.CopyTo(bytes);
        _held.Enqueue((message.After, message.To, bytes, message.Bytes.Length));
    }

    private void Send(ReplicaId to, ReadOnlySpan<byte> message)
    {
        _group.Checks.Sends(this, message);
        _group.Network.Send(_group.NowUs, Number, to.Node.Value - 1, message, isSnapshot: false);
    }

    private void SendSnapshot(ReplicaId to)
    {
        LogImage image = Disk.Image;
        if (!Disk.IsRolling)
        {
            byte[] packet = SnapshotPacket.Write(to, image.Snapshot, image.State);
            _group.Network.Send(_group.NowUs, Number, to.Node.Value - 1, packet, isSnapshot: true);
        }
    }

    private void SwitchState()
    {
        _switchesAt = PersistId.None;
        (SnapshotMeta meta, byte[] state) = _received!.Value;
        _received = null;
        _state.Load(state);
        _snapshotAt = meta.Index;
        _group.Checks.Installed(this, meta);
        _group.Observer.Saw(Situation.SnapshotInstalled);
        _group.Trace(Number, $"switches to the snapshot of {_state.Applied}");
    }

    private void Apply(EntryIndex upTo)
    {
        for (EntryIndex index = _state.Applied.Next; index <= upTo; index = index.Next)
        {
            if (!Probe!.TryReadEntry(index, out EntryView entry))
            {
                throw new ViolationException("C1", $"{ReplicaId} says that everything up to {upTo} is committed and does not have {index}");
            }

            long result = 0;
            if (entry.Header.Kind == EntryKind.Records && Command.TryDecode(entry.Payload, out Command command))
            {
                if (_state.Knows(command))
                {
                    _group.Observer.Saw(Situation.RequestRepeated);
                }

                result = _state.Apply(index, command);
            }
            else
            {
                _state.Skip(index);
            }

            _group.Checks.Applied(this, entry, result);
            AnswerPlaced(entry.Header, result);
        }

        if (_state.Applied.Value - _snapshotAt.Value >= _group.Options.Nodes.SnapshotEvery && _switchesAt == PersistId.None && !Disk.IsRolling)
        {
            TakeSnapshot();
        }
    }

    private void AnswerPlaced(in EntryHeader header, long result)
    {
        while (_placed.TryPeek(out PendingRequest request) && request.Index <= header.Index)
        {
            _placed.Dequeue();
            if (request.Index == header.Index && request.Epoch == header.Epoch)
            {
                _group.Answered(this, request.Token, header.Index, result);
            }
            else
            {
                _group.Observer.Saw(Situation.ProposalReplaced);
            }
        }
    }

    private void AnswerReads()
    {
        for (int i = _reads.Count - 1; i >= 0; i--)
        {
            if (_reads[i].Index <= _state.Applied)
            {
                PendingRequest read = _reads[i];
                _reads.RemoveAt(i);
                _group.ReadAnswered(this, read.Token);
            }
        }
    }

    private void TakeSnapshot()
    {
        if (_group.NowUs < FullUntilUs)
        {
            // Nobody waits for it.
            return;
        }

        if (_replica!.DescribeSnapshot(_state.Applied) is not SnapshotMeta meta)
        {
            _group.Observer.Saw(Situation.SnapshotPutOff);
            return;
        }

        _snapshotAt = _state.Applied;
        _trimAfterSync = new EntryIndex(Math.Max(0, _snapshotAt.Value - _group.Options.Nodes.KeepBehind));
        _group.Checks.TookSnapshot(this, meta);
        _group.Observer.Saw(Situation.SnapshotTaken);

        // Entries stay readable until the replica knows that they go, so the file keeps them once more.
        Disk.Roll(meta, _state.Save(), _trimmed);
        if (!Disk.IsSyncing)
        {
            BeginSync();
        }
    }
}
