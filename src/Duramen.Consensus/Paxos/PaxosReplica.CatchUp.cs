using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos;

// Catching up: what was chosen is asked for by slot, from anybody who knows more. A leader sends again only what is open.
internal sealed partial class PaxosReplica
{
    private int _ticksSinceAsked;
    private ReplicaId _snapshotSentTo;
    private int _ticksSinceSnapshot;

    private void TickCatchUp()
    {
        _ticksSinceSnapshot++;
        if (_ticksSinceAsked > 0 && ++_ticksSinceAsked > 1 + (_options.ElectionTicks / 4))
        {
            _ticksSinceAsked = 0;
        }
    }

    private void AskForChosen(ReplicaId from)
    {
        if (_ticksSinceAsked > 0 || IsInstalling)
        {
            return;
        }

        // What is here already may be what was chosen: entries of one epoch at a time are named, and need not be sent.
        _ticksSinceAsked = 1;
        EntryIndex through = _committed;
        Epoch epoch = _log.Has(_committed.Next) ? _log.HeaderAt(_committed.Next).Epoch : Epoch.Zero;
        while (through.Value - _committed.Value < ConsensusLimits.MaxEntriesPerMessage && _log.Has(through.Next) && _log.HeaderAt(through.Next).Epoch == epoch)
        {
            through = through.Next;
        }

        SpanWriter writer = BeginMessage(PaxosMessage.GetChosen, Promised, from, PersistId.None, GetChosen.SizeBytes, out Span<byte> message);
        new GetChosen(_committed, through, epoch).Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    private void ReceiveGetChosen(ReplicaId from, in GetChosen request)
    {
        if (request.After < _log.First.Previous)
        {
            SendSnapshot(from);
            return;
        }

        if (request.After >= _committed)
        {
            return;
        }

        EntryIndex confirmed = request.After;
        while (confirmed < request.Through && confirmed < _committed && _log.HeaderAt(confirmed.Next).Epoch == request.Epoch)
        {
            confirmed = confirmed.Next;
        }

        SendChosen(from, request with { Through = confirmed });
    }

    private void SendChosen(ReplicaId to, in GetChosen confirmed)
    {
        int count = 0;
        int bytes = 0;
        EntryIndex last = confirmed.Through;
        while (last < _committed && bytes < _options.MaxMessageBytes && count < ConsensusLimits.MaxEntriesPerMessage)
        {
            last = last.Next;
            bytes += EntryCodec.SizeOf(_log.Read(last));
            count++;
        }

        SpanWriter writer = BeginMessage(PaxosMessage.Chosen, Promised, to, PersistId.None, Chosen.FixedSizeBytes + bytes, out Span<byte> message);
        Chosen.WriteFixed(ref writer, confirmed, _committed, count);
        for (EntryIndex index = confirmed.Through.Next; index <= last; index = index.Next)
        {
            EntryView entry = _log.Read(index);
            EntryCodec.Write(entry, writer.Take(EntryCodec.SizeOf(entry)));
        }

        MessageEnvelope.Seal(message);
    }

    private void ReceiveChosen(ReplicaId from, in Chosen answer)
    {
        if (IsInstalling || answer.Confirmed.After > _committed || !HasMemberships(answer.Entries, answer.Count))
        {
            return;
        }

        EntryIndex before = _committed;
        _ticksSinceAsked = 0;
        while (_committed < answer.Confirmed.Through && _log.Has(_committed.Next) && _log.HeaderAt(_committed.Next).Epoch == answer.Confirmed.Epoch)
        {
            CommitNext();
        }

        SpanReader entries = answer.Entries;
        while (EntryCodec.TryRead(ref entries, out EntryView entry))
        {
            if (entry.Header.Index == _committed.Next)
            {
                StoreChosen(entry);
                CommitNext();
            }
        }

        if (_committed == before)
        {
            // Asking again at once would bring the same.
            return;
        }

        _ticksSinceLeader = _role == ReplicaRole.Candidate ? 0 : _ticksSinceLeader;
        if (_committed < answer.Committed)
        {
            AskForChosen(from);
        }

        GoOn();
    }

    // The same entry stays as it is, with the ballot in which it was accepted: this acceptance may be one of those that made it chosen. Another one was never chosen, nor will be.
    private void StoreChosen(in EntryView entry)
    {
        EntryIndex index = entry.Header.Index;
        bool isHere = _log.Has(index) && _log.HeaderAt(index).Epoch == entry.Header.Epoch;
        Mutant.Weaken("P19", ref isHere, false);
        if (!isHere)
        {
            Store(entry.Header, entry.Payload);
        }
    }

    private void SendSnapshot(ReplicaId to)
    {
        if (_snapshotSentTo != to || _ticksSinceSnapshot >= _options.ElectionTicks)
        {
            _snapshotSentTo = to;
            _ticksSinceSnapshot = 0;
            _outbox.WantSnapshot(to);
        }
    }
}
