// Generated from Schema/AlterReplicaLogDirs.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that moves replicas to other folders of their broker.</summary>
public sealed class AlterReplicaLogDirsRequest : IKafkaRequest<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.AlterReplicaLogDirs;

    /// <summary>The folders to move to.</summary>
    public List<Dir> Dirs { get; set; } = [];

    /// <inheritdoc/>
    public static AlterReplicaLogDirsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("AlterReplicaLogDirsRequest", version, min: 1, max: 2, flexible: 2);
        var message = new AlterReplicaLogDirsRequest();
        int dirsCount = reader.ReadCount("Dirs", minElementSizeBytes: 3);
        message.Dirs.EnsureCapacity(dirsCount);
        for (int i = 0; i < dirsCount; i++)
        {
            message.Dirs.Add(Dir.Read(ref reader, version));
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("AlterReplicaLogDirsRequest", version, min: 1, max: 2, flexible: 2);
        writer.WriteCount(Dirs, "Dirs");
        foreach (Dir element in Dirs)
        {
            element.Write(writer, version);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Dirs</c>.</summary>
    public sealed class Dir
    {
        /// <summary>The path of the folder.</summary>
        public string Path { get; set; } = "";

        /// <summary>The topics.</summary>
        public List<Topic> Topics { get; set; } = [];

        internal static Dir Read(ref KafkaReader reader, short version)
        {
            var structure = new Dir();
            structure.Path = reader.ReadString("Dirs[].Path");
            int topicsCount = reader.ReadCount("Dirs[].Topics", minElementSizeBytes: 3);
            structure.Topics.EnsureCapacity(topicsCount);
            for (int i = 0; i < topicsCount; i++)
            {
                structure.Topics.Add(Topic.Read(ref reader, version));
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Path, "Dirs[].Path");
            writer.WriteCount(Topics, "Dirs[].Topics");
            foreach (Topic element in Topics)
            {
                element.Write(writer, version);
            }

            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>Topics</c>.</summary>
    public sealed class Topic
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>The indexes of the partitions.</summary>
        public List<int> PartitionIndexes { get; set; } = [];

        internal static Topic Read(ref KafkaReader reader, short version)
        {
            var structure = new Topic();
            structure.Name = reader.ReadString("Dirs[].Topics[].Name");
            reader.ReadInt32s(structure.PartitionIndexes, "Dirs[].Topics[].PartitionIndexes");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Dirs[].Topics[].Name");
            writer.WriteInt32s(PartitionIndexes, "Dirs[].Topics[].PartitionIndexes");
            writer.WriteNoTags();
        }
    }
}
