// Generated from Schema/Fetch.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that reads record batches from partitions.</summary>
public sealed class FetchResponse : IKafkaResponse<FetchResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.Fetch;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <summary>The fetch session; 0 for none.</summary>
    public int SessionId { get; set; }

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <inheritdoc/>
    public static FetchResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("FetchResponse", version, min: 4, max: 12, flexible: 12);
        var message = new FetchResponse();
        message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        if (version >= 7)
        {
            message.ErrorCode = reader.ReadError("ErrorCode");
        }

        if (version >= 7)
        {
            message.SessionId = reader.ReadInt32("SessionId");
        }

        int topicsCount = reader.ReadCount("Topics", minElementSizeBytes: 3);
        message.Topics.EnsureCapacity(topicsCount);
        for (int i = 0; i < topicsCount; i++)
        {
            message.Topics.Add(Topic.Read(ref reader, version));
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("FetchResponse", version, min: 4, max: 12, flexible: 12);
        writer.WriteInt32(ThrottleTimeMs);
        if (version >= 7)
        {
            writer.WriteError(ErrorCode);
        }

        if (version >= 7)
        {
            writer.WriteInt32(SessionId);
        }
        else
        {
            writer.Omit("SessionId", isSet: SessionId != 0);
        }

        writer.WriteCount(Topics, "Topics");
        foreach (Topic element in Topics)
        {
            element.Write(writer, version);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Topics</c>.</summary>
    public sealed class Topic
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>The partitions of the topic.</summary>
        public List<Partition> Partitions { get; set; } = [];

        internal static Topic Read(ref KafkaReader reader, short version)
        {
            var structure = new Topic();
            structure.Name = reader.ReadString("Topics[].Name");
            int partitionsCount = reader.ReadCount("Topics[].Partitions", minElementSizeBytes: 30);
            structure.Partitions.EnsureCapacity(partitionsCount);
            for (int i = 0; i < partitionsCount; i++)
            {
                structure.Partitions.Add(Partition.Read(ref reader, version));
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Topics[].Name");
            writer.WriteCount(Partitions, "Topics[].Partitions");
            foreach (Partition element in Partitions)
            {
                element.Write(writer, version);
            }

            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>Partitions</c>.</summary>
    public sealed class Partition
    {
        /// <summary>The index of the partition in its topic.</summary>
        public int Index { get; set; }

        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        /// <summary>The offset after the last committed record.</summary>
        public long HighWatermark { get; set; }

        /// <summary>The offset before which every transaction has ended.</summary>
        public long LastStableOffset { get; set; } = -1;

        /// <summary>The first offset that can be read; -1 when it is not known.</summary>
        public long LogStartOffset { get; set; } = -1;

        /// <summary>The largest leader epoch, and its end, up to which the reader's log and this one agree.</summary>
        public EpochEnd? DivergingEpoch { get; set; }

        /// <summary>Who leads the partition now.</summary>
        public LeaderAndEpoch? CurrentLeader { get; set; }

        /// <summary>The snapshot to take instead of records that are gone.</summary>
        public Snapshot? SnapshotId { get; set; }

        /// <summary>The aborted transactions in the range, so that their records can be left out; null when everything is read.</summary>
        public List<AbortedTransaction>? AbortedTransactions { get; set; }

        /// <summary>The broker that the reader should read from; -1 for this one.</summary>
        public int PreferredReadReplica { get; set; } = -1;

        /// <summary>Whole batches, from the one that holds the wanted offset.</summary>
        public RecordBytes Records { get; set; }

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.Index = reader.ReadInt32("Topics[].Partitions[].Index");
            structure.ErrorCode = reader.ReadError("Topics[].Partitions[].ErrorCode");
            structure.HighWatermark = reader.ReadInt64("Topics[].Partitions[].HighWatermark");
            structure.LastStableOffset = reader.ReadInt64("Topics[].Partitions[].LastStableOffset");
            if (version >= 5)
            {
                structure.LogStartOffset = reader.ReadInt64("Topics[].Partitions[].LogStartOffset");
            }

            int abortedTransactionsCount = reader.ReadNullableCount("Topics[].Partitions[].AbortedTransactions", minElementSizeBytes: 16);
            structure.AbortedTransactions = abortedTransactionsCount < 0 ? null : new List<AbortedTransaction>(abortedTransactionsCount);
            for (int i = 0; i < abortedTransactionsCount; i++)
            {
                structure.AbortedTransactions!.Add(AbortedTransaction.Read(ref reader, version));
            }

            if (version >= 11)
            {
                structure.PreferredReadReplica = reader.ReadInt32("Topics[].Partitions[].PreferredReadReplica");
            }

            structure.Records = reader.ReadNullableRecords("Topics[].Partitions[].Records");
            TaggedFields tags = reader.ReadTags();
            while (reader.TryReadTag(ref tags))
            {
                switch (tags.Tag)
                {
                    case 0:
                        structure.DivergingEpoch = EpochEnd.Read(ref reader, version);
                        break;
                    case 1:
                        structure.CurrentLeader = LeaderAndEpoch.Read(ref reader, version);
                        break;
                    case 2:
                        structure.SnapshotId = Snapshot.Read(ref reader, version);
                        break;
                    default:
                        reader.SkipTag(tags);
                        break;
                }
            }

            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            writer.WriteError(ErrorCode);
            writer.WriteInt64(HighWatermark);
            writer.WriteInt64(LastStableOffset);
            if (version >= 5)
            {
                writer.WriteInt64(LogStartOffset);
            }

            writer.WriteNullableCount(AbortedTransactions, "Topics[].Partitions[].AbortedTransactions");
            if (AbortedTransactions is not null)
            {
                foreach (AbortedTransaction element in AbortedTransactions)
                {
                    element.Write(writer, version);
                }
            }

            if (version >= 11)
            {
                writer.WriteInt32(PreferredReadReplica);
            }
            else
            {
                writer.Omit("Topics[].Partitions[].PreferredReadReplica", isSet: PreferredReadReplica != -1);
            }

            writer.WriteNullableRecords(Records, "Topics[].Partitions[].Records");
            bool hasDivergingEpoch = version >= 12 && DivergingEpoch is not null;
            writer.Omit("Topics[].Partitions[].DivergingEpoch", isSet: !hasDivergingEpoch && DivergingEpoch is not null);
            bool hasCurrentLeader = version >= 12 && CurrentLeader is not null;
            writer.Omit("Topics[].Partitions[].CurrentLeader", isSet: !hasCurrentLeader && CurrentLeader is not null);
            bool hasSnapshotId = version >= 12 && SnapshotId is not null;
            writer.Omit("Topics[].Partitions[].SnapshotId", isSet: !hasSnapshotId && SnapshotId is not null);
            writer.WriteTagCount((hasDivergingEpoch ? 1 : 0) + (hasCurrentLeader ? 1 : 0) + (hasSnapshotId ? 1 : 0));
            if (hasDivergingEpoch)
            {
                int start = writer.BeginTag(0);
                DivergingEpoch!.Write(writer, version);
                writer.EndTag(start);
            }

            if (hasCurrentLeader)
            {
                int start = writer.BeginTag(1);
                CurrentLeader!.Write(writer, version);
                writer.EndTag(start);
            }

            if (hasSnapshotId)
            {
                int start = writer.BeginTag(2);
                SnapshotId!.Write(writer, version);
                writer.EndTag(start);
            }
        }
    }

    /// <summary>The content of <c>DivergingEpoch</c>.</summary>
    public sealed class EpochEnd
    {
        /// <summary>A leader epoch.</summary>
        public int Epoch { get; set; } = -1;

        /// <summary>The offset after the last record of the epoch.</summary>
        public long EndOffset { get; set; } = -1;

        internal static EpochEnd Read(ref KafkaReader reader, short version)
        {
            var structure = new EpochEnd();
            structure.Epoch = reader.ReadInt32("Topics[].Partitions[].DivergingEpoch.Epoch");
            structure.EndOffset = reader.ReadInt64("Topics[].Partitions[].DivergingEpoch.EndOffset");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Epoch);
            writer.WriteInt64(EndOffset);
            writer.WriteNoTags();
        }
    }

    /// <summary>The content of <c>CurrentLeader</c>.</summary>
    public sealed class LeaderAndEpoch
    {
        /// <summary>The node id of the leader; -1 when there is none.</summary>
        public int LeaderId { get; set; } = -1;

        /// <summary>The leader epoch; -1 when it is not known.</summary>
        public int LeaderEpoch { get; set; } = -1;

        internal static LeaderAndEpoch Read(ref KafkaReader reader, short version)
        {
            var structure = new LeaderAndEpoch();
            structure.LeaderId = reader.ReadInt32("Topics[].Partitions[].CurrentLeader.LeaderId");
            structure.LeaderEpoch = reader.ReadInt32("Topics[].Partitions[].CurrentLeader.LeaderEpoch");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(LeaderId);
            writer.WriteInt32(LeaderEpoch);
            writer.WriteNoTags();
        }
    }

    /// <summary>The content of <c>SnapshotId</c>.</summary>
    public sealed class Snapshot
    {
        /// <summary>The offset up to which the snapshot reaches.</summary>
        public long EndOffset { get; set; } = -1;

        /// <summary>A leader epoch.</summary>
        public int Epoch { get; set; } = -1;

        internal static Snapshot Read(ref KafkaReader reader, short version)
        {
            var structure = new Snapshot();
            structure.EndOffset = reader.ReadInt64("Topics[].Partitions[].SnapshotId.EndOffset");
            structure.Epoch = reader.ReadInt32("Topics[].Partitions[].SnapshotId.Epoch");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt64(EndOffset);
            writer.WriteInt32(Epoch);
            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>AbortedTransactions</c>.</summary>
    public sealed class AbortedTransaction
    {
        /// <summary>The producer id.</summary>
        public long ProducerId { get; set; }

        /// <summary>The offset of its first record.</summary>
        public long FirstOffset { get; set; }

        internal static AbortedTransaction Read(ref KafkaReader reader, short version)
        {
            var structure = new AbortedTransaction();
            structure.ProducerId = reader.ReadInt64("Topics[].Partitions[].AbortedTransactions[].ProducerId");
            structure.FirstOffset = reader.ReadInt64("Topics[].Partitions[].AbortedTransactions[].FirstOffset");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt64(ProducerId);
            writer.WriteInt64(FirstOffset);
            writer.WriteNoTags();
        }
    }
}
