using Duramen.Core.Ids;
using Duramen.Log.Producers;

namespace Duramen.Log.Tests.Producers;

/// <summary>
/// The rules of idempotent producers in their dumbest form: a list of every batch there ever was, looked through from the start for every question.
/// </summary>
internal sealed class ProducerTwin(int producersMax)
{
    private readonly List<ProducerBatch> _batches = [];

    public List<ProducerId> Known { get; } = [];

    public void Append(ProducerBatch batch)
    {
        if (Known.Contains(batch.Producer) && batch.Epoch < EpochOf(batch.Producer))
        {
            return;
        }

        Known.Remove(batch.Producer);
        if (Known.Count == producersMax)
        {
            Forget(Known[0]);
        }

        Known.Add(batch.Producer);
        _batches.Add(batch);
    }

    public void Forget(ProducerId producer)
    {
        Known.Remove(producer);
        _batches.RemoveAll(batch => batch.Producer == producer);
    }

    /// <summary>What a run comes to, and where the batches are that it repeats.</summary>
    public (AppendStatus Status, AppendResult Stored) Judge(ProducerBatch[] run)
    {
        ProducerBatch first = run[0];
        if (!Known.Contains(first.Producer))
        {
            return (AppendStatus.Appended, default);
        }

        short epoch = EpochOf(first.Producer);
        if (first.Epoch < epoch)
        {
            return (AppendStatus.ProducerFenced, default);
        }

        if (first.Place.First < 0)
        {
            return (AppendStatus.Appended, default);
        }

        // As many batches that begin and end like the run: the producer has sent all its sequence numbers before.
        SequenceRange[] remembered = [.. RememberedOf(first.Producer)];
        for (int at = 0; first.Epoch == epoch && at + run.Length <= remembered.Length; at++)
        {
            SequenceRange last = remembered[at + run.Length - 1];
            if (remembered[at].First == first.Place.First && LastOf(last) == LastOf(run[^1].Place))
            {
                return (AppendStatus.Duplicate, new AppendResult(remembered[at].BaseOffset, last.BaseOffset.Plus(last.Count), IsDuplicate: true));
            }
        }

        return (first.Place.First == (first.Epoch == epoch ? NextOf(first.Producer) : 0) ? AppendStatus.Appended : AppendStatus.SequenceGap, default);
    }

    public short EpochOf(ProducerId producer) => _batches.Where(batch => batch.Producer == producer).Max(batch => batch.Epoch);

    public IEnumerable<SequenceRange> RememberedOf(ProducerId producer) =>
        _batches
            .Where(batch => batch.Producer == producer && batch.Epoch == EpochOf(producer) && batch.Place.First >= 0)
            .Select(batch => batch.Place)
            .TakeLast(5);

    public int NextOf(ProducerId producer)
    {
        SequenceRange? last = RememberedOf(producer).Select(batch => (SequenceRange?)batch).LastOrDefault();
        return last is SequenceRange batch ? (LastOf(batch) == int.MaxValue ? 0 : LastOf(batch) + 1) : 0;
    }

    private static int LastOf(SequenceRange batch)
    {
        int sequence = batch.First;
        for (int record = 1; record < batch.Count; record++)
        {
            sequence = sequence == int.MaxValue ? 0 : sequence + 1;
        }

        return sequence;
    }
}
