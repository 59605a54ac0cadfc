// Generated from Schema/Fetch.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that reads record batches from partitions.</summary>
public sealed class FetchRequest : IKafkaRequest<FetchRequest, FetchResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.Fetch;

    /// <summary>The id of the cluster.</summary>
    public string? ClusterId { get; set; }

    /// <summary>The node id of a follower; -1 for a client.</summary>
    public int ReplicaId { get; set; } = -1;

    /// <summary>How long the server may wait for MinBytes, in milliseconds.</summary>
    public int MaxWaitMs { get; set; }

    /// <summary>How many bytes of records to wait for.</summary>
    public int MinBytes { get; set; }

    /// <summary>How many bytes of records to return at most, unless the first batch alone is larger.</summary>
    public int MaxBytes { get; set; } = 2147483647;

    /// <summary>0 reads everything, 1 only what no open transaction could still take back.</summary>
    public sbyte IsolationLevel { get; set; }

    /// <summary>The fetch session; 0 for none or for a new one.</summary>
    public int SessionId { get; set; }

    /// <summary>The number of the request in the session; 0 opens one, -1 leaves sessions alone.</summary>
    public int SessionEpoch { get; set; } = -1;

    /// <summary>The topics.</summary>
    public List<Topic> Topics { get; set; } = [];

    /// <summary>What to drop from the fetch session.</summary>
    public List<ForgottenTopic> ForgottenTopics { get; set; } = [];

    /// <summary>The rack of the reader, to find the nearest replica; empty when it does not say.</summary>
    public string RackId { get; set; } = "";

    /// <inheritdoc/>
    public static FetchRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("FetchRequest", version, min: 4, max: 12, flexible: 12);
        var message = new FetchRequest();
        message.ReplicaId = reader.ReadInt32("ReplicaId");
        message.MaxWaitMs = reader.ReadInt32("MaxWaitMs");
        message.MinBytes = reader.ReadInt32("MinBytes");
        message.MaxBytes = reader.ReadInt32("MaxBytes");
        message.IsolationLevel = reader.ReadInt8("IsolationLevel");
        if (version >= 7)
        {
            message.SessionId = reader.ReadInt32("SessionId");
        }

        if (version >= 7)
        {
            message.SessionEpoch = reader.ReadInt32("SessionEpoch");
        }

        int topicsCount = reader.ReadCount("Topics", minElementSizeBytes: 3);
        message.Topics.EnsureCapacity(topicsCount);
        for (int i = 0; i < topicsCount; i++)
        {
            message.Topics.Add(Topic.Read(ref reader, version));
        }

        if (version >= 7)
        {
            int forgottenTopicsCount = reader.ReadCount("ForgottenTopics", minElementSizeBytes: 3);
            message.ForgottenTopics.EnsureCapacity(forgottenTopicsCount);
            for (int i = 0; i < forgottenTopicsCount; i++)
            {
                message.ForgottenTopics.Add(ForgottenTopic.Read(ref reader, version));
            }
        }

        if (version >= 11)
        {
            message.RackId = reader.ReadString("RackId");
        }

        TaggedFields tags = reader.ReadTags();
        while (reader.TryReadTag(ref tags))
        {
            switch (tags.Tag)
            {
                case 0:
                    message.ClusterId = reader.ReadNullableString("ClusterId");
                    break;
                default:
                    reader.SkipTag(tags);
                    break;
            }
        }

        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("FetchRequest", version, min: 4, max: 12, flexible: 12);
        writer.WriteInt32(ReplicaId);
        writer.WriteInt32(MaxWaitMs);
        writer.WriteInt32(MinBytes);
        writer.WriteInt32(MaxBytes);
        writer.WriteInt8(IsolationLevel);
        if (version >= 7)
        {
            writer.WriteInt32(SessionId);
        }

        if (version >= 7)
        {
            writer.WriteInt32(SessionEpoch);
        }

        writer.WriteCount(Topics, "Topics");
        foreach (Topic element in Topics)
        {
            element.Write(writer, version);
        }

        if (version >= 7)
        {
            writer.WriteCount(ForgottenTopics, "ForgottenTopics");
            foreach (ForgottenTopic element in ForgottenTopics)
            {
                element.Write(writer, version);
            }
        }
        else
        {
            writer.Omit("ForgottenTopics", isSet: ForgottenTopics.Count > 0);
        }

        if (version >= 11)
        {
            writer.WriteString(RackId, "RackId");
        }

        bool hasClusterId = version >= 12 && ClusterId is not null;
        writer.WriteTagCount((hasClusterId ? 1 : 0));
        if (hasClusterId)
        {
            int start = writer.BeginTag(0);
            writer.WriteNullableString(ClusterId, "ClusterId");
            writer.EndTag(start);
        }
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
            int partitionsCount = reader.ReadCount("Topics[].Partitions", minElementSizeBytes: 16);
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

        /// <summary>The leader epoch that the caller knows, compared with the server's; -1 leaves the comparison out.</summary>
        public int CurrentLeaderEpoch { get; set; } = -1;

        /// <summary>The first offset to return.</summary>
        public long FetchOffset { get; set; }

        /// <summary>The leader epoch of the last record that the reader has; -1 when it does not say.</summary>
        public int LastFetchedEpoch { get; set; } = -1;

        /// <summary>The start of a follower's log; -1 for a client.</summary>
        public long LogStartOffset { get; set; } = -1;

        /// <summary>How many bytes of the partition to return at most.</summary>
        public int MaxBytes { get; set; }

        internal static Partition Read(ref KafkaReader reader, short version)
        {
            var structure = new Partition();
            structure.Index = reader.ReadInt32("Topics[].Partitions[].Index");
            if (version >= 9)
            {
                structure.CurrentLeaderEpoch = reader.ReadInt32("Topics[].Partitions[].CurrentLeaderEpoch");
            }

            structure.FetchOffset = reader.ReadInt64("Topics[].Partitions[].FetchOffset");
            if (version >= 12)
            {
                structure.LastFetchedEpoch = reader.ReadInt32("Topics[].Partitions[].LastFetchedEpoch");
            }

            if (version >= 5)
            {
                structure.LogStartOffset = reader.ReadInt64("Topics[].Partitions[].LogStartOffset");
            }

            structure.MaxBytes = reader.ReadInt32("Topics[].Partitions[].MaxBytes");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt32(Index);
            if (version >= 9)
            {
                writer.WriteInt32(CurrentLeaderEpoch);
            }

            writer.WriteInt64(FetchOffset);
            if (version >= 12)
            {
                writer.WriteInt32(LastFetchedEpoch);
            }
            else
            {
                writer.Omit("Topics[].Partitions[].LastFetchedEpoch", isSet: LastFetchedEpoch != -1);
            }

            if (version >= 5)
            {
                writer.WriteInt64(LogStartOffset);
            }

            writer.WriteInt32(MaxBytes);
            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>ForgottenTopics</c>.</summary>
    public sealed class ForgottenTopic
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>The indexes of the partitions.</summary>
        public List<int> PartitionIndexes { get; set; } = [];

        internal static ForgottenTopic Read(ref KafkaReader reader, short version)
        {
            var structure = new ForgottenTopic();
            structure.Name = reader.ReadString("ForgottenTopics[].Name");
            reader.ReadInt32s(structure.PartitionIndexes, "ForgottenTopics[].PartitionIndexes");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "ForgottenTopics[].Name");
            writer.WriteInt32s(PartitionIndexes, "ForgottenTopics[].PartitionIndexes");
            writer.WriteNoTags();
        }
    }
}
